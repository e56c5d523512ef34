package dev.caravan.agent.device.slcan;

/** Writes {@code tiiildd..}, with four digits of time stamp if wanted, and a CR. One thread; reused. */
final class FrameLine {
  /** Of the longest line: t, id, length, eight bytes, time stamp, CR. */
  static final int MOST_BYTES = 1 + 3 + 1 + 16 + 4 + 1;

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

  /** Writes one frame's line into {@link #text}; returns how many bytes it has. */
  int write(long timeNs, int id, byte[] payload, int length, boolean withTimestamp) {
    text[0] = 't';
    text[1] = digit(id >> 8);
    text[2] = digit(id >> 4);
    text[3] = digit(id);
    text[4] = digit(length);
    int at = 5;
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
