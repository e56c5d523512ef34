package dev.caravan.agent.source.slcan;

import java.util.Arrays;

/** Hexadecimal digits in either case. */
final class HexDigits {
  /** The value of each byte, 0..15; negative for one that is no digit. Not to be written to. */
  static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < 16; i++) {
      VALUES["0123456789ABCDEF".charAt(i)] = (byte) i;
      VALUES["0123456789abcdef".charAt(i)] = (byte) i;
    }
  }

  private HexDigits() {}

  /** The number that up to eight digits mean; negative if one of them is none. */
  static long number(byte[] a, int from, int digits) {
    long value = 0;
    int wrong = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = VALUES[a[i] & 0xFF];
      wrong |= digit;
      value = value << 4 | (digit & 0xF);
    }
    return wrong < 0 ? -1 : value;
  }
}
