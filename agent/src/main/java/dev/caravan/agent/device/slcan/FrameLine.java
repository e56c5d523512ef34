package dev.caravan.agent.device.slcan;

import dev.caravan.agent.device.FrameOut;

/**
 * Writes {@code tiiildd..}, or {@code Tiiiiiiiildd..} for a 29-bit identifier, with four digits of time stamp if wanted,
 * and a CR; {@code d D b B} for CAN FD. One thread; reused.
 */
final class FrameLine {
  /** Of the longest line: letter, id, length, 64 bytes, time stamp, CR. */
  static final int MOST_BYTES = 1 + 8 + 1 + 128 + 4 + 1;

  /** Payload bytes for a length code (ISO 11898-1, table 5). */
  static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

  private static final int MINUTE_MS = 60_000;
  private static final long MS_NS = 1_000_000;

  private final byte[] text = new byte[MOST_BYTES];

  /** The digit, 0..9 A..F, for the lowest four bits. */
  static byte digit(int value) {
    int low = value & 0x0F;
    return (byte) (low < 10 ? '0' + low : 'A' + low - 10);
  }

  byte[] text() {
    return text;
  }

  private static byte letter(int flags) {
    char standard =
        (flags & FrameOut.FD) == 0 ? 't' : (flags & FrameOut.BIT_RATE_SWITCH) == 0 ? 'd' : 'b';
    return (byte) ((flags & FrameOut.EXTENDED) == 0 ? standard : Character.toUpperCase(standard));
  }

  /** The length code of a length. */
  private static int code(int length) {
    int code = Math.min(length, 8);
    while (LENGTHS[code] < length) {
      code++;
    }
    return code;
  }

  /** Writes one frame's line into {@link #text}; returns how many bytes it has. */
  int write(long timeNs, int id, int flags, byte[] payload, int length, boolean withTimestamp) {
    boolean isExtended = (flags & FrameOut.EXTENDED) != 0;
    text[0] = letter(flags);
    int at = 1;
    for (int shift = isExtended ? 28 : 8; shift >= 0; shift -= 4) {
      text[at++] = digit(id >> shift);
    }
    text[at++] = digit(code(length));
    for (int i = 0; i < length; i++) {
      text[at++] = digit(payload[i] >> 4);
      text[at++] = digit(payload[i]);
    }
    if (withTimestamp) {
      int ms = (int) (timeNs / MS_NS % MINUTE_MS);
      for (int shift = 12; shift >= 0; shift -= 4) {
        text[at++] = digit(ms >> shift);
      }
    }
    text[at++] = '\r';
    return at;
  }
}
