package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A master on a {@link FakeLine}, of 300 ms timeout, 2 retries and 19200 bit/s, in no time. */
final class Bench {
  static final long MS = 1_000_000;
  private static final String NAME = "road";

  final FakeTimeline time = new FakeTimeline(1_000_000_000_000L);
  final Health health = new Health();
  final FakeLine line;

  Bench(FakeLine.Far far) {
    line = new FakeLine(time, far);
  }

  static Group group(int unit, int address, int count, long periodMs) {
    return new Group("u" + unit, unit, 3, address, count, periodMs * MS);
  }

  static ModbusSettings settings(long pauseMs, int mostRegisters, Group... groups) {
    return new ModbusSettings(
        NAME,
        SerialSettings.of(new PortAddress.DeviceFile(Path.of("x")), 19_200),
        300 * MS,
        2,
        0,
        pauseMs * MS,
        mostRegisters,
        List.of(),
        List.of(groups));
  }

  ModbusSource source(ModbusSettings settings) {
    return new ModbusSource(settings, () -> line, time, health);
  }

  ModbusSource source(Group... groups) {
    return source(settings(0, 125, groups));
  }

  /** Reads for so long, and holds every call to its timeout. */
  List<RegisterBlock> play(ModbusSource source, double seconds) throws IOException {
    List<RegisterBlock> blocks = new ArrayList<>();
    FrameChunk chunk = new FrameChunk(NAME, 8);
    long endNs = time.monotonicNs() + Math.round(seconds * 1000) * MS;
    while (time.monotonicNs() < endNs) {
      chunk.clear();
      long startNs = time.monotonicNs();
      source.read(chunk);
      assertTrue(time.monotonicNs() - startNs <= 500 * MS, "a read blocks");
      for (int i = 0; i < chunk.size(); i++) {
        blocks.add((RegisterBlock) chunk.frame(i));
      }
    }
    return blocks;
  }

  String why() {
    return health.part("source", NAME).why();
  }

  long count(String name) {
    return health.counter(Declared.count(name), NAME).value();
  }

  static List<RegisterBlock> of(int unit, Outcome outcome, List<RegisterBlock> blocks) {
    return blocks.stream()
        .filter(block -> block.unit() == unit && block.outcome() == outcome)
        .toList();
  }

  static int address(byte[] request) {
    return ((request[2] & 0xFF) << 8) | (request[3] & 0xFF);
  }

  /** A good answer: the address that was asked for, a number, then zeroes. */
  static byte[] answer(byte[] request, int number) {
    int count = request[5];
    String two = String.format("%04x%04x", address(request), number & 0xFFFF);
    String data = count == 1 ? two.substring(0, 4) : two + "0000".repeat(count - 2);
    return AnswerScanTest.frame(String.format("%02x03%02x", request[0], 2 * count) + data);
  }

  static byte[] refusal(byte[] request, int code) {
    return AnswerScanTest.frame(String.format("%02x83%02x", request[0], code));
  }
}
