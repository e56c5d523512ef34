package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import java.io.ByteArrayOutputStream;

/**
 * Lines of CAN messages from a chip that shows no headers: a message in one line, or its length as three digits and then
 * lines with numbers of one digit, which begin with 0 and wrap.
 *
 * <pre>
 * 41 0C 1A F8            perhaps with unused bytes of the frame, seven in all
 * 04 41 0C 1A F8         some clones leave the length of ISO-TP before it
 * 014
 * 0: 49 02 01 31 44 34
 * 1: 47 50 30 30 52 35 35
 * 2: 42 31 32 33 34 35 36
 * </pre>
 *
 * <p>Of two units that answer at once the numbered lines cannot be told apart: such an answer is garbled.
 */
final class NumberedLines {
  private static final int FIRST_BYTES = 6;
  private static final int NEXT_BYTES = 7;
  private static final int NEGATIVE = 0x7F;
  private static final int NEGATIVE_BYTES = 3;

  /** Below all services of answers: what begins so, begins with a length or a number of ISO-TP. */
  private static final int FIRST_SERVICE = 0x40;

  private final UnitMessages unit;
  private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
  private int length = -1;
  private int lines;

  /** Gives the messages to a unit. */
  NumberedLines(UnitMessages unit) {
    this.unit = unit;
  }

  /** Takes a line; false if it cannot be one. */
  boolean take(String line) {
    int colon = line.indexOf(':');
    if (colon >= 0) {
      return colon == 1 && numbered(line.charAt(0), HexLine.of(line.substring(2)));
    }
    HexLine hex = HexLine.of(line);
    if (hex.digits() == 3) {
      boolean isFirst = length < 0;
      length = hex.number(0, 3);
      return isFirst;
    }
    if (hex.digits() < 2 || hex.digits() % 2 != 0) {
      return false;
    }
    byte[] bytes = hex.bytes(0, hex.digits() / 2);
    if ((bytes[0] & 0xFF) < FIRST_SERVICE) {
      return bytes.length > 1 && bytes.length <= NEXT_BYTES + 1 && unit.canFrame(bytes);
    }
    boolean isPadded = bytes[0] == NEGATIVE && bytes.length == DiagnosticReply.FRAME_BYTES;
    unit.message(Bytes.of(bytes, 0, isPadded ? NEGATIVE_BYTES : bytes.length));
    return true;
  }

  private boolean numbered(char number, HexLine hex) {
    int size = lines == 0 ? FIRST_BYTES : NEXT_BYTES;
    boolean isNext = HexLine.digitOf(number) == lines % 16;
    boolean isWanted = joined.size() < length;
    lines++;
    if (!isNext || !isWanted || hex.digits() % 2 != 0) {
      length = 0;
      return false;
    }
    byte[] bytes = hex.bytes(0, hex.digits() / 2);
    boolean isFull = bytes.length == size || joined.size() + bytes.length >= length;
    joined.writeBytes(bytes);
    return isFull && bytes.length <= size;
  }

  /** Gives the message in numbered lines, if there were any; false if it is not whole. */
  boolean finish() {
    if (length < 0 && lines == 0) {
      return true;
    }
    boolean isWhole = length > FIRST_BYTES && joined.size() >= length;
    if (isWhole) {
      unit.message(Bytes.of(joined.toByteArray(), 0, length));
    }
    return isWhole;
  }
}
