package dev.caravan.agent.signal;

import java.nio.charset.StandardCharsets;

/**
 * Whole numbers as decimal digits, written into bytes from an index on. Each method returns the index behind what it wrote;
 * the caller sees to it that there is room. Makes no object. Has no state; any thread.
 */
public final class Digits {
  /** The longest number. */
  public static final int MOST_BYTES = 20;

  private static final byte[] PAIRS = new byte[200];
  private static final long[] TENS = new long[19];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
    TENS[0] = 1;
    for (int i = 1; i < TENS.length; i++) {
      TENS[i] = TENS[i - 1] * 10;
    }
  }

  private Digits() {}

  /** 10 to this power, 0..18. */
  static long ten(int power) {
    return TENS[power];
  }

  /** A number with its sign. */
  public static int whole(long value, byte[] to, int at) {
    if (value >= 0) {
      return positive(value, to, at);
    }
    to[at] = '-';
    // the lowest long negated is itself, which unsigned is its magnitude
    return unsigned(-value, to, at + 1);
  }

  /** A number of 64 bits without a sign. */
  public static int unsigned(long value, byte[] to, int at) {
    if (value >= 0) {
      return positive(value, to, at);
    }
    long tens = Long.divideUnsigned(value, 10);
    int end = positive(tens, to, at);
    to[end] = (byte) ('0' + (value - tens * 10));
    return end + 1;
  }

  private static int positive(long value, byte[] to, int at) {
    if (value < 10) {
      to[at] = (byte) ('0' + value);
      return at + 1;
    }
    int digits = 2;
    while (digits < TENS.length && value >= TENS[digits]) {
      digits++;
    }
    return padded(value, digits, to, at);
  }

  /** The last so many digits of a number that is not negative, with zeros before it where it has fewer. */
  public static int padded(long value, int digits, byte[] to, int at) {
    long rest = value;
    int end = at + digits;
    int i = end;
    while (i - at >= 2 && rest > Integer.MAX_VALUE) {
      long hundreds = rest / 100;
      int pair = (int) (rest - hundreds * 100) << 1;
      to[--i] = PAIRS[pair + 1];
      to[--i] = PAIRS[pair];
      rest = hundreds;
    }
    int few = (int) rest;
    while (i - at >= 2) {
      int hundreds = few / 100;
      int pair = (few - hundreds * 100) << 1;
      to[--i] = PAIRS[pair + 1];
      to[--i] = PAIRS[pair];
      few = hundreds;
    }
    if (i > at) {
      to[at] = (byte) ('0' + few % 10);
    }
    return end;
  }

  /** Characters that all are ASCII. */
  static int ascii(String text, byte[] to, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, to, at, bytes.length);
    return at + bytes.length;
  }
}
