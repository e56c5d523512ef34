package dev.caravan.agent.source.isotp;

import dev.caravan.agent.source.CanFrame;

/**
 * The identifiers of diagnostics on one bus.
 *
 * <pre>
 *             to everyone   to one unit         from it
 *   11 bits   7DF           7E0..7E7            7E8..7EF   the same + 8
 *   29 bits   18DB33F1      18DAxxF1            18DAF1xx   xx is the unit
 * </pre>
 *
 * @see "ISO 15765-4:2016, 10.5.2 and 10.5.3"
 */
enum Addressing {
  /** Identifiers of 11 bits. */
  BITS_11(0x7DF, 0, 8),
  /** Identifiers of 29 bits. */
  BITS_29(0x18DB_33F1, CanFrame.EXTENDED, 256);

  private static final int MOST_11 = 0x7FF;

  private final int everyone;
  private final int flags;
  private final int units;

  Addressing(int everyone, int flags, int units) {
    this.everyone = everyone;
    this.flags = flags;
    this.units = units;
  }

  /** The identifier of requests to all units. */
  int everyone() {
    return everyone;
  }

  /** How many units there may be. */
  int units() {
    return units;
  }

  /** Whether a frame is a unit's to the tester; {@link #unit} says whose. */
  boolean isReply(CanFrame frame) {
    return isOfThese(frame)
        && (this == BITS_11 ? (frame.id() & ~7) == 0x7E8 : (frame.id() & ~0xFF) == 0x18DA_F100);
  }

  /** Whether a frame is the tester's to one unit; {@link #unit} says to which. */
  boolean isToOne(CanFrame frame) {
    return isOfThese(frame)
        && (this == BITS_11 ? (frame.id() & ~7) == 0x7E0 : (frame.id() & ~0xFF00) == 0x18DA_00F1);
  }

  /** Whether a frame is the tester's to all units. */
  boolean isToEveryone(CanFrame frame) {
    return isOfThese(frame) && frame.id() == everyone;
  }

  private boolean isOfThese(CanFrame frame) {
    return (frame.flags() & CanFrame.EXTENDED) == flags;
  }

  /** Which unit the identifier of a reply, or of a request to one unit, belongs to: from 0 to {@link #units}. */
  int unit(CanFrame frame) {
    return this == BITS_11
        ? frame.id() & 7
        : isReply(frame) ? frame.id() & 0xFF : (frame.id() >> 8) & 0xFF;
  }

  /** The identifier of requests to one unit, 0 to {@link #units}. */
  int toOne(int unit) {
    return this == BITS_11 ? 0x7E0 + unit : 0x18DA_00F1 | unit << 8;
  }

  /** The flags of a frame under an identifier; what is over 7FF has 29 bits. */
  static int flagsOf(int id) {
    return id > MOST_11 ? CanFrame.EXTENDED : 0;
  }
}
