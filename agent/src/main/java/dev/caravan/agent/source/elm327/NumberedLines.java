package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;

/**
 * Lines of a chip that shows no headers: a message in one line, or its length as three digits and then lines with numbers
 * of one digit, which begin with 0 and wrap.
 *
 * <pre>
 * 014
 * 0: 49 02 01 31 44 34
 * 1: 47 50 30 30 52 35 35
 * 2: 42 31 32 33 34 35 36
 * </pre>
 *
 * <p>Of two units that answer at once the lines cannot be told apart: such an answer is garbled.
 */
final class NumberedLines {
  private static final int FIRST_BYTES = 6;
  private static final int NEXT_BYTES = 7;

  private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
  private int plainLines;
  private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
  private int length = -1;
  private int lines;

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
    plainLines++;
    plain.writeBytes(hex.bytes(0, hex.digits() / 2));
    return plainLines == 1;
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

  /** Gives out the message, if all that was taken is one; false if it is not. */
  boolean finish(UnitMessages unit) {
    boolean isSingle = plainLines == 1 && lines == 0 && length < 0;
    boolean isJoined = plainLines == 0 && length > FIRST_BYTES && joined.size() >= length;
    if (isSingle) {
      unit.message(Bytes.of(plain.toByteArray()));
    } else if (isJoined) {
      unit.message(Bytes.of(joined.toByteArray(), 0, length));
    }
    return isSingle || isJoined || (plainLines == 0 && lines == 0 && length < 0);
  }
}
