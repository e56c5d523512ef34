package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A message of a bus before CAN, whose checksum was right.
 *
 * <pre>
 * J1850       48 6B 10 | 41 00 BE 3E B8 11 | FA   priority, 6B, sender | data | CRC
 * ISO 9141-2  48 6B 10 | 41 0C 0F A0       | BF   the same             | data | sum
 * ISO 14230   84 F1 10 | 41 0C 0F A0       | 81   80 + length, F1, sender
 *             80 F1 10 04 | 41 0C 0F A0    | 81   length in a byte of its own
 * </pre>
 *
 * @param sender its address, 0..255
 * @param data from the service byte on
 */
record OldLine(int sender, Bytes data) {
  private static final int HEADER_BYTES = 3;
  private static final int TESTER = 0xF1;
  private static final int REPLY_TO_EVERYONE = 0x6B;

  /** Null where it is none. */
  static @Nullable OldLine of(byte[] line, Bus.Form form) {
    int last = line.length - 1;
    if (last < HEADER_BYTES + 1) {
      return null;
    }
    int sum = form == Bus.Form.J1850 ? crc(line, last) : sum(line, last);
    if (sum != (line[last] & 0xFF)) {
      return null;
    }
    int format = line[0] & 0xFF;
    int target = line[1] & 0xFF;
    int from = HEADER_BYTES;
    if (form == Bus.Form.SUM && target == TESTER && (format & 0x80) != 0) {
      int length = format & 0x3F;
      if (length == 0) {
        length = line[HEADER_BYTES] & 0xFF;
        from = HEADER_BYTES + 1;
      }
      if (length == 0 || from + length != last) {
        return null;
      }
    } else if (target != REPLY_TO_EVERYONE) {
      return null;
    }
    return new OldLine(line[2] & 0xFF, Bytes.of(line, from, last - from));
  }

  /** ISO 14230-2, 4.4. */
  private static int sum(byte[] line, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += line[i] & 0xFF;
    }
    return sum & 0xFF;
  }

  /** SAE J1850, 5.4.1: x^8 + x^4 + x^3 + x^2 + 1, begun with all ones, inverted. */
  private static int crc(byte[] line, int length) {
    int crc = 0xFF;
    for (int i = 0; i < length; i++) {
      crc ^= line[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x1D) & 0xFF : crc << 1;
      }
    }
    return crc ^ 0xFF;
  }
}
