package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.Instrument;
import dev.caravan.agent.device.RoughCable;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.device.modbus.ModbusSlaves;
import dev.caravan.agent.device.modbus.ModbusSlavesSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The master against simulated slaves on a pseudo-terminal, in real time. */
@Timeout(120)
class ModbusSourceIT {
  private static final long MS = 1_000_000;
  /** A loaded machine may be late with an answer, which is then a stray one. */
  private static final long UNHURRIED_MS = 5_000;

  private static final String SOURCE = "road";

  private final Health health = new Health();

  /** An instrument at work in a thread of its own. */
  private static final class Running implements AutoCloseable {
    final Path port;
    private final SerialDevice device;
    private final Stop stop = new Stop();
    private final Thread thread;

    Running(Instrument instrument) throws IOException {
      device = new SerialDevice("slaves", instrument, new SystemTimeline());
      port = device.open();
      thread = new Thread(() -> device.run(stop), "device-slaves");
      thread.start();
    }

    @Override
    public void close() {
      stop.request();
      try {
        thread.join(5_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      device.close();
    }
  }

  private static Instrument slaves(Set<Integer> off, Set<Integer> babbling, boolean echo) {
    return new ModbusSlaves(new ModbusSlavesSettings(off, babbling, echo, 20 * MS), 1);
  }

  private static Group group(int unit, int function, int address, int count, long periodMs) {
    return new Group("u" + unit, unit, function, address, count, periodMs * MS);
  }

  private ModbusSource source(Path port, Group... groups) {
    return source(port, 300, groups);
  }

  private ModbusSource source(Path port, long timeoutMs, Group... groups) {
    ModbusSettings settings = new ModbusSettings(
        SOURCE,
        SerialSettings.of(new PortAddress.DeviceFile(port), 115_200),
        timeoutMs * MS,
        2,
        0,
        0,
        125,
        List.of(),
        List.of(groups));
    return new ModbusSource(settings, new SystemTimeline(), health);
  }

  /** Reads until what has come is enough, however long the machine takes for it; the test's timeout ends it. */
  private static List<RegisterBlock> readUntil(
      ModbusSource source, Predicate<List<RegisterBlock>> isEnough) throws IOException {
    List<RegisterBlock> blocks = new ArrayList<>();
    FrameChunk chunk = new FrameChunk(SOURCE, 64);
    while (!isEnough.test(blocks)) {
      chunk.clear();
      source.read(chunk);
      for (int i = 0; i < chunk.size(); i++) {
        blocks.add((RegisterBlock) chunk.frame(i));
      }
    }
    return blocks;
  }

  private static List<RegisterBlock> readBlocks(ModbusSource source, int wanted)
      throws IOException {
    return readUntil(source, blocks -> blocks.size() >= wanted);
  }

  private static List<RegisterBlock> of(int unit, Outcome outcome, List<RegisterBlock> blocks) {
    return blocks.stream()
        .filter(block -> block.unit() == unit && block.outcome() == outcome)
        .toList();
  }

  private long count(String name) {
    return health.counter(Declared.count(name), SOURCE).value();
  }

  @Test
  void slaveKeepsItsPeriodBesideOneThatIsOffAndOneThatBabbles() throws IOException {
    try (Running far = new Running(slaves(Set.of(2), Set.of(3), false));
        ModbusSource source = source(
            far.port, group(1, 3, 500, 4, 500), group(2, 4, 0, 2, 500), group(3, 3, 100, 2, 500))) {
      source.open();
      readUntil(
          source,
          blocks -> health.gauge(Declared.level("modbus.silent"), SOURCE).value() == 2.0);
      long askedBefore = count("modbus.requests");
      List<RegisterBlock> blocks = readUntil(
          source,
          all -> of(1, Outcome.READ, all).size() == 20 && count("modbus.stray_bytes") > 1000);
      // in 20 turns the others are asked now and then, and not once a turn
      long others = count("modbus.requests") - askedBefore - 20;
      assertTrue(others <= 20, "requests to the others: " + others);
      assertEquals(0, of(1, Outcome.SILENCE, blocks).size());
      assertEquals(0, of(2, Outcome.READ, blocks).size());
      assertEquals(0, of(3, Outcome.READ, blocks).size());
      assertEquals(2.0, health.gauge(Declared.level("modbus.silent"), SOURCE).value());
      assertEquals(
          "no answer from unit 2 (u2), 3 (u3)", health.part("source", SOURCE).why());
      assertTrue(count("modbus.stray_bytes") > 1000);
      assertTrue(count("modbus.timeouts") + count("modbus.crc_errors") >= 6);
    }
  }

  @Test
  void answersAreReadWithAndWithoutEcho() throws IOException {
    for (boolean echo : List.of(false, true)) {
      try (Running far = new Running(slaves(Set.of(), Set.of(), echo));
          ModbusSource source = source(far.port, UNHURRIED_MS, group(4, 4, 11, 8, 100))) {
        source.open();
        for (RegisterBlock block : readBlocks(source, 4)) {
          assertEquals(Bytes.ofHex("434142494e45542d5550532031303030"), block.data());
        }
        assertEquals(0, count("modbus.stray_bytes"));
      }
    }
  }

  @Test
  void refusedPartDoesNotSpoilItsNeighbours() throws IOException {
    try (Running far = new Running(slaves(Set.of(), Set.of(), false));
        ModbusSource source = source(
            far.port, group(4, 4, 17, 1, 200), group(4, 4, 18, 1, 200), group(4, 4, 19, 1, 200))) {
      source.open();
      List<RegisterBlock> blocks = readUntil(
          source,
          all -> of(4, Outcome.EXCEPTION, all).size() > 2
              && of(4, Outcome.READ, all).stream().anyMatch(block -> block.address() == 18));
      for (RegisterBlock refused : of(4, Outcome.EXCEPTION, blocks)) {
        assertEquals(19, refused.address());
        assertEquals(2, refused.exceptionCode());
      }
    }
  }

  @Test
  void onARoughCableValuesStayTrueAndErrorsAreCounted() throws IOException {
    Instrument rough = new RoughCable(slaves(Set.of(), Set.of(), true), 0.3, 20261123);
    try (Running far = new Running(rough);
        ModbusSource source = source(far.port, group(4, 4, 11, 8, 50), group(4, 4, 1, 1, 50))) {
      source.open();
      List<RegisterBlock> blocks = readUntil(
          source,
          all -> of(4, Outcome.READ, all).size() > 20
              && count("modbus.crc_errors") > 0
              && count("modbus.stray_bytes") > 0
              && count("modbus.retries") > 0);
      for (RegisterBlock block : of(4, Outcome.READ, blocks)) {
        assertEquals(
            Bytes.ofHex(block.count() == 8 ? "434142494e45542d5550532031303030" : "08fc"),
            block.data());
      }
    }
  }

  /** Answers each request with rubbish of its own kind, and every fifth as it should. */
  private static final class Rubbish implements Instrument {
    private static final byte[] GOOD = AnswerScanTest.frame("01030412345678");
    private final Random random = new Random(20261124);
    private int heard;

    @Override
    public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
      bytes.position(bytes.limit());
      heard++;
      voice.say(heard % 5 == 0 ? GOOD : rubbish(heard % 8));
    }

    private byte[] rubbish(int kind) {
      byte[] bad = GOOD.clone();
      byte[] noise = new byte[1 + random.nextInt(300)];
      random.nextBytes(noise);
      switch (kind) {
        case 0 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
        case 2 -> bad = AnswerScanTest.frame("010306123456789abc");
        case 3 -> bad = AnswerScanTest.frame("02030412345678");
        case 4 -> bad = AnswerScanTest.frame("01040412345678");
        case 5 -> bad = Bytes.of(noise).then(Bytes.of(bad, 0, 8)).toArray();
        case 6 -> bad = AnswerScanTest.frame("0103");
        default -> bad = noise;
      }
      return bad;
    }

    @Override
    public void runUntil(long nowNs, Voice voice) {
      // it only ever answers
    }
  }

  @Test
  void twoHundredKindsOfRubbishAreNeverTakenForValues() throws IOException {
    try (Running far = new Running(new Rubbish())) {
      ModbusSettings settings = new ModbusSettings(
          SOURCE,
          SerialSettings.of(new PortAddress.DeviceFile(far.port), 115_200),
          20 * MS,
          10,
          0,
          0,
          125,
          List.of(),
          List.of(group(1, 3, 0, 2, 10)));
      try (ModbusSource source = new ModbusSource(settings, new SystemTimeline(), health)) {
        source.open();
        List<RegisterBlock> good =
            of(1, Outcome.READ, readUntil(source, all -> count("modbus.requests") >= 250));
        for (RegisterBlock block : good) {
          assertEquals(Bytes.ofHex("12345678"), block.data());
        }
        assertTrue(good.size() >= 20, "good: " + good.size());
        assertTrue(count("modbus.crc_errors") > 100);
      }
    }
  }

  @Test
  void lineThatIsLostIsTold() throws IOException {
    ModbusSource source;
    try (Running far = new Running(slaves(Set.of(), Set.of(), false))) {
      source = source(far.port, group(4, 4, 11, 8, 100));
      source.open();
      readBlocks(source, 1);
    }
    try (source) {
      org.junit.jupiter.api.Assertions.assertThrows(
          IOException.class, () -> readUntil(source, all -> false));
    }
  }
}
