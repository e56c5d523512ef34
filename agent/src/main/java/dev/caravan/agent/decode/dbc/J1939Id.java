package dev.caravan.agent.decode.dbc;

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

  /** The address of the sender, 0..255. */
  static int sender(int id) {
    return id & 0xFF;
  }

  /** The identifier without priority and destination. */
  static int groupAndSender(int id) {
    return group(id) | (id & 0xFF);
  }
}
