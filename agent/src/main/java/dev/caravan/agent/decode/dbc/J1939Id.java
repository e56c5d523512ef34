package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.Quality;

/**
 * A 29-bit identifier as J1939 divides it: priority (3 bits), extended data page, data page, PF (8), PS (8), sender (8).
 * With PF below 240 PS is the destination and not part of the group's number.
 *
 * @see "SAE J1939-21, 5.2"
 */
final class J1939Id {
  private static final int FIRST_BROADCAST_PF = 240;

  private J1939Id() {}

  /** Parameter group number, 18 bits. */
  static int pgn(int id) {
    return group(id) >>> 8;
  }

  /** The identifier without priority, destination and sender. */
  static int group(int id) {
    int kept = (id >>> 16 & 0xFF) < FIRST_BROADCAST_PF ? 0x03FF0000 : 0x03FFFF00;
    return id & kept;
  }

  /** The identifier without priority and destination. */
  static int groupAndSender(int id) {
    return group(id) | (id & 0xFF);
  }

  /**
   * What the upper range of an unsigned raw value says: at 8 bits and more the highest byte FF is not available, FE
   * error, FB to FD an indicator; at 2 and 4 bits all ones is not available and one less an error; at 3 and 5 to 7 bits
   * all ones is not available.
   *
   * @see "SAE J1939-71, 5.1.4, table 1"
   */
  static Quality quality(long raw, int bits) {
    if (bits < 2 || bits > 32) {
      return Quality.OK;
    }
    if (bits >= 8) {
      int highest = (int) (raw >>> (bits - 8));
      return highest < 0xFB
          ? Quality.OK
          : highest == 0xFF
              ? Quality.NOT_AVAILABLE
              : highest == 0xFE ? Quality.ERROR : Quality.OUT_OF_RANGE;
    }
    int ones = (1 << bits) - 1;
    if (raw == ones) {
      return Quality.NOT_AVAILABLE;
    }
    return (bits == 2 || bits == 4) && raw == ones - 1 ? Quality.ERROR : Quality.OK;
  }
}
