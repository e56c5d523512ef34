package dev.caravan.agent.device;

import dev.caravan.agent.bytes.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;

/**
 * A bad cable between an instrument and its port: some of the units that it says, and of the portions that it hears, are
 * spoiled. Noise before or behind, flipped bits, missing ends, beginnings or middles, repeats, delays, or all of it gone;
 * equal seeds spoil alike.
 */
public final class RoughCable implements Instrument {
  private static final int KINDS = 8;
  private static final int MOST_NOISE_BYTES = 24;
  private static final int MOST_DELAY_MS = 400;
  private static final long NS_PER_MS = 1_000_000;

  /** Something that is on its way for longer than it should. */
  private record Late(long dueNs, Bytes bytes) {}

  private final Instrument instrument;
  private final double share;
  private final Random random;
  private final ArrayDeque<Late> late = new ArrayDeque<>();

  // while the instrument is called
  private long nowNs;

  /**
   * A cable to an instrument.
   *
   * @param share of the units that are spoiled, 0..1
   */
  public RoughCable(Instrument instrument, double share, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("rough cable: share=" + share + "; want 0..1");
    }
    this.instrument = instrument;
    this.share = share;
    this.random = new Random(seed ^ 0x5DEECE66DL);
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    this.nowNs = nowNs;
    byte[] heard = new byte[bytes.remaining()];
    bytes.get(heard);
    Voice far = unit -> pass(unit, voice);
    if (heard.length > 0 && isSpoiled()) {
      // towards the instrument a delay would be one of the program: it becomes a loss
      heard = spoiled(heard);
    }
    if (heard.length > 0) {
      instrument.hear(nowNs, ByteBuffer.wrap(heard), far);
    }
  }

  @Override
  public void runUntil(long nowNs, Voice voice) {
    this.nowNs = nowNs;
    late.removeIf(unit -> {
      boolean isDue = unit.dueNs <= nowNs;
      if (isDue) {
        voice.say(unit.bytes.toArray());
      }
      return isDue;
    });
    instrument.runUntil(nowNs, unit -> pass(unit, voice));
  }

  private boolean isSpoiled() {
    return random.nextDouble() < share;
  }

  private void pass(byte[] unit, Voice voice) {
    if (!isSpoiled()) {
      voice.say(unit);
    } else if (random.nextInt(KINDS) == 0) {
      long delayNs = (1 + random.nextInt(MOST_DELAY_MS)) * NS_PER_MS;
      late.add(new Late(nowNs + delayNs, Bytes.of(unit)));
    } else {
      byte[] bad = spoiled(unit);
      if (bad.length > 0) {
        voice.say(bad);
      }
    }
  }

  private byte[] spoiled(byte[] unit) {
    int middle = unit.length == 0 ? 0 : random.nextInt(unit.length);
    return switch (random.nextInt(KINDS)) {
      case 0 -> joined(noise(), unit);
      case 1 -> joined(unit, noise());
      case 2 -> flipped(unit);
      case 3 -> Arrays.copyOf(unit, middle);
      case 4 -> Arrays.copyOfRange(unit, middle, unit.length);
      case 5 -> joined(Arrays.copyOf(unit, middle), noise(), tail(unit, middle));
      case 6 -> joined(unit, unit);
      default -> new byte[0];
    };
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(MOST_NOISE_BYTES)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] flipped(byte[] unit) {
    byte[] bad = unit.clone();
    int flips = 1 + random.nextInt(3);
    for (int i = 0; i < flips && bad.length > 0; i++) {
      int at = random.nextInt(bad.length);
      bad[at] = (byte) (bad[at] ^ 1 << random.nextInt(8));
    }
    return bad;
  }

  /** What stands behind the middle, with or without the byte there. */
  private byte[] tail(byte[] unit, int middle) {
    int from = Math.min(unit.length, middle + random.nextInt(2));
    return Arrays.copyOfRange(unit, from, unit.length);
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer all =
        ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
