package dev.caravan.agent.decode;

import java.util.Locale;

/**
 * Where a signal stands on a CAN bus, as a text: {@code 101:7|16@0}. Before the colon is the identifier, in 3 hex digits or,
 * of 29 bits, in 8; behind it stand start bit, length and byte order as in a DBC file.
 */
public final class CanPlace {
  private static final int BITS = 8;

  private CanPlace() {}

  /** Of a signal whose start bit is that of a DBC file: the lowest one, or the highest of big-endian ones. */
  public static String of(
      int id, boolean extended, int startBit, int lengthBits, boolean bigEndian) {
    return String.format(Locale.ROOT, extended ? "%08X" : "%03X", id) + ":" + startBit + "|"
        + lengthBits + "@" + (bigEndian ? 0 : 1);
  }

  /**
   * The start bit in a DBC file of a big-endian signal, by its lowest bit; negative if such a signal begins before the message.
   *
   * @param lowestBit n is bit n % 8, 0 the lowest, of byte n / 8
   */
  public static int startBit(int lowestBit, int lengthBits) {
    int highest = mirrored(lowestBit) - (lengthBits - 1);
    return highest < 0 ? highest : mirrored(highest);
  }

  /** Bits counted along the message, and bits counted up from the lowest of each byte. */
  private static int mirrored(int bit) {
    return bit / BITS * BITS + (BITS - 1 - bit % BITS);
  }
}
