package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;

/**
 * Reads identifications into text, in a buffer that is used again: VIN, calibration identifiers, names as ASCII,
 * verification numbers as hex. Several items are joined by commas.
 *
 * <pre>
 * CAN           49 02 01 (17 characters)          count, items
 * before CAN    49 02 01 00 00 00 31 02 44 …      pieces: number, four bytes; zeros before the text
 * </pre>
 */
final class InfoText {
  private static final int PIECE = 5;

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

  /**
   * Reads the data of a whole answer.
   *
   * @return whether its length is right
   */
  boolean read(Row row, Bytes payload, int at, boolean isCan) {
    clear();
    int bytes = payload.length() - at;
    if (!row.isCounted()) {
      if (bytes == row.bytes()) {
        read(row, payload, at);
      }
      return bytes == row.bytes();
    }
    if (bytes > 0 && bytes == 1 + payload.at(at) * row.bytes()) {
      for (int from = at + 1; from < payload.length(); from += row.bytes()) {
        item(row, payload, from, from + row.bytes());
      }
      return true;
    }
    return !isCan && readPieces(row, payload, at);
  }

  private boolean readPieces(Row row, Bytes payload, int at) {
    int pieces = (payload.length() - at) / PIECE;
    if (pieces == 0 || (payload.length() - at) % PIECE != 0) {
      return false;
    }
    byte[] joined = new byte[4 * pieces];
    for (int i = 0; i < pieces; i++) {
      if (payload.at(at + PIECE * i) != i + 1) {
        return false;
      }
      for (int k = 0; k < 4; k++) {
        joined[4 * i + k] = (byte) payload.at(at + PIECE * i + 1 + k);
      }
    }
    int spare = joined.length % row.bytes(); // zeros that fill the first piece
    if (joined.length < row.bytes()) {
      return false;
    }
    Bytes whole = Bytes.owning(joined);
    for (int i = 0; i < spare; i++) {
      if (whole.at(i) != 0) {
        return false;
      }
    }
    for (int from = spare; from < joined.length; from += row.bytes()) {
      item(row, whole, from, from + row.bytes());
    }
    return true;
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
