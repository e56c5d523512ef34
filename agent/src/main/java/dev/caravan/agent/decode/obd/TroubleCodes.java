package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;

/**
 * Reads trouble codes into text, {@code P0143,P0301}, in a buffer that is used again.
 *
 * <pre>
 * 01 43     P0143    top two bits P C B U, two bits first digit, three hex digits (SAE J2012, 5)
 * 00 00     none
 * </pre>
 */
final class TroubleCodes {
  private static final String LETTERS = "PCBU";
  private static final String HEX = "0123456789ABCDEF";

  private final StringBuilder text = new StringBuilder();
  private int count;

  /** The codes read last. */
  String text() {
    return text.toString();
  }

  /** How many there were. */
  int count() {
    return count;
  }

  private void clear() {
    text.setLength(0);
    count = 0;
  }

  /** Reads one code of two bytes; 0000 gives no text. */
  void readOne(Bytes payload, int at) {
    clear();
    add(payload, at);
  }

  /**
   * Reads the list of an answer to service 03, 07 or 0A: on CAN a count byte and so many codes, on older buses codes
   * alone, with 0000 for none.
   *
   * @return whether it was one
   */
  boolean read(DiagnosticReply reply) {
    clear();
    Bytes payload = reply.payload();
    if (!reply.isCan()) {
      if (payload.length() < 3 || payload.length() % 2 == 0) {
        return false;
      }
      for (int at = 1; at < payload.length(); at += 2) {
        add(payload, at);
      }
      return true;
    }
    int end = payload.length() < 2 ? Integer.MAX_VALUE : 2 + 2 * payload.at(1);
    if (end > payload.length()) {
      return false;
    }
    for (int at = end; at < payload.length() && !reply.endsAt(end); at++) {
      if (payload.at(at) != 0) {
        return false; // more than was counted
      }
    }
    for (int at = 2; at < end; at += 2) {
      add(payload, at);
    }
    return true;
  }

  private void add(Bytes payload, int at) {
    int high = payload.at(at);
    int low = payload.at(at + 1);
    if (high == 0 && low == 0) {
      return;
    }
    separate();
    code(high, low);
  }

  private void separate() {
    if (count++ > 0) {
      text.append(',');
    }
  }

  private void code(int high, int low) {
    text.append(LETTERS.charAt(high >> 6)).append(HEX.charAt((high >> 4) & 3));
    text.append(HEX.charAt(high & 15)).append(HEX.charAt(low >> 4)).append(HEX.charAt(low & 15));
  }

  /**
   * Reads the list of an answer to 19 02, {@code P0143-17/2F}: code, failure type, status (ISO 14229-1, 11.3).
   *
   * @return whether it was one
   */
  boolean readUds(Bytes payload) {
    clear();
    if (payload.length() < 3 || (payload.length() - 3) % 4 != 0) {
      return false;
    }
    for (int at = 3; at < payload.length(); at += 4) {
      separate();
      code(payload.at(at), payload.at(at + 1));
      hex(text.append('-'), payload.at(at + 2));
      hex(text.append('/'), payload.at(at + 3));
    }
    return true;
  }

  static void hex(StringBuilder out, int value) {
    out.append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 15));
  }
}
