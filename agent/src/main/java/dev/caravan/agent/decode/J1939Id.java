package dev.caravan.agent.decode;

/**
 * The parts of a 29-bit identifier, as J1939 and what is built on it divide it.
 *
 * <pre>
 * 28..26    25                  24         23..16  15..8                            7..0
 * priority  extended data page  data page  PF      PS: destination if PF below 240  sender
 * </pre>
 *
 * @see "SAE J1939-21, 5.2"
 */
public final class J1939Id {
  /** Everyone. */
  public static final int GLOBAL = 0xFF;

  /** Parameter group numbers have 18 bits. */
  public static final int MOST_PGN = 0x3FFFF;

  private static final int WITHOUT_DESTINATION = 0x3FF00;
  private static final int FIRST_BROADCAST_PF = 240;
  private static final int DEFAULT_PRIORITY = 6; // SAE J1939-21, 5.2.1

  private J1939Id() {}

  /** Parameter group number, 18 bits, without a destination. */
  public static int pgn(int id) {
    return id >>> 8 & (isToOne(id >>> 8) ? WITHOUT_DESTINATION : MOST_PGN);
  }

  /** The address of the sender, 0..255. */
  public static int sender(int id) {
    return id & 0xFF;
  }

  /** Of a group that is sent to one: its destination, which may be {@link #GLOBAL} too. */
  public static int destination(int id) {
    return id >>> 8 & 0xFF;
  }

  /** The identifier without priority, destination and sender. */
  public static int group(int id) {
    return pgn(id) << 8;
  }

  /** The identifier without priority and destination. */
  public static int groupAndSender(int id) {
    return group(id) | sender(id);
  }

  /** What a message of the group would have as its identifier if it fitted into one frame. */
  public static int of(int pgn, int sender, int destination) {
    int group = isToOne(pgn) ? (pgn & WITHOUT_DESTINATION) | destination : pgn;
    return DEFAULT_PRIORITY << 26 | group << 8 | sender;
  }

  private static boolean isToOne(int pgn) {
    return (pgn >>> 8 & 0xFF) < FIRST_BROADCAST_PF;
  }
}
