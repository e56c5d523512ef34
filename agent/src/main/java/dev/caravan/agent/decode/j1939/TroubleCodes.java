package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.source.CanFrame;

/**
 * The trouble codes in a payload, as text: {@code SPN 110 FMI 3 OC 5, SPN 3216 FMI 2}.
 *
 * <pre>
 * byte  0      1       2..5    6..9   …
 *       lamps  flash   code 1  code 2
 *
 * byte of a code  0         1          2                                 3
 *                 SPN 7..0  SPN 15..8  7..5 SPN 18..16, 4..0 FMI         7 CM, 6..0 occurrence count
 * </pre>
 *
 * An occurrence count of 127 is not available and left out. CM is 0 where the SPN is laid out as drawn; with 1 it is
 * laid out in one of three older ways that the message does not tell apart, so {@code CM 1} is written behind it and the
 * SPN is not to be trusted. A code of zeros, or of ones, is none.
 *
 * @see "SAE J1939-73, 5.7.1"
 */
final class TroubleCodes {
  static final int FIRST = 2;
  static final int CODE_BYTES = 4;

  private static final int COUNT_NOT_AVAILABLE = 127;

  private TroubleCodes() {}

  private static int codeAt(CanFrame frame, int at) {
    return frame.byteAt(at)
        | frame.byteAt(at + 1) << 8
        | frame.byteAt(at + 2) << 16
        | frame.byteAt(at + 3) << 24;
  }

  private static boolean isNone(int code) {
    return code == 0 || code == -1;
  }

  /** How many codes a payload holds. */
  static int count(CanFrame frame) {
    int count = 0;
    for (int at = FIRST; at + CODE_BYTES <= frame.length(); at += CODE_BYTES) {
      count += isNone(codeAt(frame, at)) ? 0 : 1;
    }
    return count;
  }

  /** All codes of a payload in its order; empty for none. */
  static String text(CanFrame frame) {
    StringBuilder text = new StringBuilder();
    for (int at = FIRST; at + CODE_BYTES <= frame.length(); at += CODE_BYTES) {
      int code = codeAt(frame, at);
      if (!isNone(code)) {
        append(code, text);
      }
    }
    return text.toString();
  }

  private static void append(int code, StringBuilder text) {
    int spn = (code & 0xFFFF) | ((code >>> 21 & 0x7) << 16);
    int occurrences = code >>> 24 & 0x7F;
    text.append(text.isEmpty() ? "" : ", ").append("SPN ").append(spn);
    text.append(" FMI ").append(code >>> 16 & 0x1F);
    if (occurrences != COUNT_NOT_AVAILABLE) {
      text.append(" OC ").append(occurrences);
    }
    if (code < 0) {
      text.append(" CM 1");
    }
  }
}
