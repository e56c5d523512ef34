package dev.caravan.agent.device.modbus;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.Instrument;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Four slaves on one RS-485 line: unit 1 a weather station, 2 a visibility meter, 3 a road surface sensor, 4 a UPS. They
 * answer functions 1 to 4 as far as they have something to read, refuse the rest, and never answer what has a wrong CRC
 * or is meant for another unit.
 *
 * @see "MODBUS over Serial Line V1.02; MODBUS Application Protocol V1.1b3, 6 and 7"
 */
public final class ModbusSlaves implements Instrument {
  static final int UNITS = 4;

  private static final int REQUEST_BYTES = 8;
  private static final int MOST_HELD = 512;

  /** After so long a silence a new frame begins; many times 3.5 characters, as a pty has no even flow. */
  private static final long GAP_NS = 50_000_000;

  private static final int ILLEGAL_FUNCTION = 1; // V1.1b3, 7
  private static final int ILLEGAL_ADDRESS = 2;
  private static final int ILLEGAL_VALUE = 3;

  private static final long BABBLE_NS = 30_000_000;
  private static final int MOST_BABBLE_BYTES = 28;

  private record Answer(long dueNs, Bytes frame) {}

  private final ModbusSlavesSettings settings;
  private final List<Registers> slaves;
  private final Random babble;
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private final byte[] held = new byte[MOST_HELD];
  private int length;
  private long heardNs;
  private long babbleNs;

  /** Slaves whose values a seed decides. */
  public ModbusSlaves(ModbusSlavesSettings settings, long seed) {
    this.settings = settings;
    Random random = new Random(seed);
    this.slaves = List.of(
        new WeatherStation(random),
        new VisibilityMeter(random),
        new RoadSurface(random),
        new Ups(random));
    this.babble = new Random(seed + 1);
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    byte[] heard = new byte[bytes.remaining()];
    bytes.get(heard);
    if (settings.echo() && heard.length > 0) {
      voice.say(heard);
    }
    if (nowNs - heardNs > GAP_NS) {
      length = 0;
    }
    heardNs = nowNs;
    for (byte next : heard) {
      if (length == MOST_HELD) {
        System.arraycopy(held, MOST_HELD - REQUEST_BYTES, held, 0, REQUEST_BYTES);
        length = REQUEST_BYTES;
      }
      held[length++] = next;
      if (length >= REQUEST_BYTES && isRequest(length - REQUEST_BYTES)) {
        take(nowNs, length - REQUEST_BYTES);
        length = 0;
      }
    }
  }

  private boolean isRequest(int at) {
    int sent = (held[at + 6] & 0xFF) | (held[at + 7] & 0xFF) << 8;
    return crc(held, at, 6) == sent;
  }

  private void take(long nowNs, int at) {
    int unit = held[at] & 0xFF;
    boolean isMine = unit >= 1 && unit <= UNITS;
    if (isMine && !settings.off().contains(unit) && !settings.babbling().contains(unit)) {
      byte[] body = answer(
          slaves.get(unit - 1),
          held[at + 1] & 0xFF,
          ((held[at + 2] & 0xFF) << 8) | (held[at + 3] & 0xFF),
          ((held[at + 4] & 0xFF) << 8) | (held[at + 5] & 0xFF),
          nowNs);
      answers.add(new Answer(nowNs + settings.delayNs(), Bytes.owning(frame(unit, body))));
    }
  }

  /** An answer from its function code on, without CRC. */
  private static byte[] answer(Registers slave, int function, int address, int count, long nowNs) {
    boolean areBits = function <= 2;
    if (function < 1 || function > 4 || !slave.knows(function)) {
      return refusal(function, ILLEGAL_FUNCTION);
    }
    if (count < 1 || count > (areBits ? 2000 : 125)) {
      return refusal(function, ILLEGAL_VALUE);
    }
    byte[] data = new byte[areBits ? (count + 7) / 8 : 2 * count];
    for (int i = 0; i < count; i++) {
      int value = slave.at(function, address + i, nowNs);
      if (value == Registers.NONE) {
        return refusal(function, ILLEGAL_ADDRESS);
      }
      if (areBits) {
        data[i / 8] = (byte) (data[i / 8] | value << i % 8);
      } else {
        data[2 * i] = (byte) (value >>> 8);
        data[2 * i + 1] = (byte) value;
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(function);
    body.write(data.length);
    body.writeBytes(data);
    return body.toByteArray();
  }

  private static byte[] refusal(int function, int code) {
    return new byte[] {(byte) (function | 0x80), (byte) code};
  }

  private static byte[] frame(int unit, byte[] body) {
    byte[] frame = new byte[body.length + 3];
    frame[0] = (byte) unit;
    System.arraycopy(body, 0, frame, 1, body.length);
    int crc = crc(frame, 0, frame.length - 2);
    frame[frame.length - 2] = (byte) crc;
    frame[frame.length - 1] = (byte) (crc >>> 8);
    return frame;
  }

  /** Bit by bit, as the specification tells it: V1.02, 6.2.2. */
  private static int crc(byte[] bytes, int from, int length) {
    int crc = 0xFFFF;
    for (int i = from; i < from + length; i++) {
      crc ^= bytes[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0xA001;
      }
    }
    return crc;
  }

  @Override
  public void runUntil(long nowNs, Voice voice) {
    while (!answers.isEmpty() && answers.element().dueNs <= nowNs) {
      voice.say(answers.remove().frame.toArray());
    }
    if (!settings.babbling().isEmpty() && nowNs >= babbleNs) {
      babbleNs = nowNs + BABBLE_NS;
      settings.babbling().stream().sorted().forEach(unit -> voice.say(babble(unit)));
    }
  }

  /** Noise, pieces of frames, and now and then a good frame that nobody asked for. */
  private byte[] babble(int unit) {
    byte[] noise = new byte[1 + babble.nextInt(MOST_BABBLE_BYTES)];
    babble.nextBytes(noise);
    if (babble.nextInt(4) != 0) {
      return noise;
    }
    byte[] frame = frame(unit, noise);
    return babble.nextBoolean() ? frame : Arrays.copyOf(frame, frame.length - 1);
  }
}
