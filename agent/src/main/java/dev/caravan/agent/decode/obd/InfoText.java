package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import org.jspecify.annotations.Nullable;

/**
 * Reads identifications into text, in a buffer that is used again: VIN, calibration identifiers, names as ASCII,
 * verification numbers as hex. Several items are joined by commas.
 *
 * <pre>
 * CAN           49 02 01 (17 characters)          count, items
 * before CAN    49 02 00 00 00 (17 characters)    zeros that fill up to four bytes a message, items
 * </pre>
 */
final class InfoText {
  private final StringBuilder text = new StringBuilder();
  private boolean isLegible;

  String text() {
    return text.toString();
  }

  /** Whether it was text throughout. */
  boolean isLegible() {
    return isLegible;
  }

  /** Reads data that the row's length fits already. */
  void read(Row row, Bytes payload, int at) {
    clear();
    item(row, payload, at, at + row.bytes());
  }

  /** Reads items, one behind the other. */
  void readAll(Row row, Bytes items) {
    clear();
    for (int from = 0; from < items.length(); from += row.bytes()) {
      item(row, items, from, from + row.bytes());
    }
  }

  /** The items of an answer, one behind the other, without count or filling; null if its length is not right. */
  static @Nullable Bytes items(Row row, DiagnosticReply reply, int at) {
    Bytes payload = reply.payload();
    int from;
    int bytes;
    if (reply.isCan()) {
      from = at + 1;
      bytes = payload.length() > at ? payload.at(at) * row.bytes() : -1;
    } else {
      int filling = (payload.length() - at) % row.bytes();
      from = at + filling;
      bytes = payload.length() - from;
      for (int i = at; i < from; i++) {
        if (payload.at(i) != 0) {
          return null;
        }
      }
    }
    boolean isRight = bytes >= 0 && (reply.isCan() || bytes > 0) && reply.endsAt(from + bytes);
    return isRight ? Bytes.of(payload.toArray(), from, bytes) : null;
  }

  private void clear() {
    text.setLength(0);
    isLegible = true;
  }

  private void item(Row row, Bytes payload, int from, int to) {
    if (text.length() > 0) {
      text.append(',');
    }
    for (int i = from; i < to; i++) {
      int value = payload.at(i);
      if (row.form() == Row.Form.HEX) {
        TroubleCodes.hex(text, value);
      } else if (value >= 0x20 && value < 0x7F) {
        text.append((char) value);
      } else if (value != 0) {
        isLegible = false;
      }
    }
  }
}
