package dev.caravan.agent.device.slcan;

import dev.caravan.agent.device.FrameOut;

/**
 * The acceptance filter of an SJA1000 in PeliCAN dual filter mode, for data frames: code and mask registers 0..3,
 * register 0 in the highest byte; a mask bit of 1 does not care. A frame passes if either filter lets it.
 *
 * <pre>
 * filter 1   register 0: id 10..3   register 1: id 2..0, RTR, payload byte 0 bits 7..4   register 3 bits 3..0: its bits 3..0
 * filter 2   register 2: id 10..3   register 3: id 2..0, RTR
 *
 * of 29 bits:
 * filter 1   register 0: id 28..21  register 1: id 20..13
 * filter 2   register 2: id 28..21  register 3: id 20..13
 * </pre>
 *
 * @see "Philips SJA1000 data sheet, 6.4.15, figures 11 and 12"
 */
final class Acceptance {
  /** After reset everything passes (LAWICEL CAN232 manual, commands M and m). */
  static final int CODE_ALL = 0;

  static final int MASK_ALL = 0xFFFFFFFF;

  private int code = CODE_ALL;
  private int mask = MASK_ALL;

  void code(int value) {
    code = value;
  }

  void mask(int value) {
    mask = value;
  }

  boolean passes(int id, int flags, byte[] payload, int length) {
    if (mask == MASK_ALL) {
      return true;
    }
    if ((flags & FrameOut.EXTENDED) != 0) {
      int top = id >>> 13;
      int differs = (top << 16 | top) ^ code;
      return (differs & ~mask & 0xFFFF0000) == 0 || (differs & ~mask & 0xFFFF) == 0;
    }
    int first = length > 0 ? payload[0] & 0xFF : 0;
    int one = (id << 21) | ((first >> 4) << 16) | (first & 0x0F);
    int caresOne = ~mask & (length > 0 ? 0xFFFF000F : 0xFFF00000);
    int two = id << 5;
    int caresTwo = ~mask & 0xFFF0;
    return ((one ^ code) & caresOne) == 0 || ((two ^ code) & caresTwo) == 0;
  }
}
