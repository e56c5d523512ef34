package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.nio.charset.StandardCharsets;

/**
 * The checksum of a line: a mark behind the text, and behind that the checksum in hex digits or as bytes.
 *
 * @param checksum how it is made
 * @param mark what stands before it; empty for nothing
 * @param isHex whether it is written in hex digits, of either case
 * @param isBigEndian whether its high byte comes first
 * @param coversStart whether the start of the line is covered
 * @param coversMark whether the mark is
 */
record LineCheck(
    Checksum checksum,
    Bytes mark,
    boolean isHex,
    boolean isBigEndian,
    boolean coversStart,
    boolean coversMark) {

  static final Key<String> AFTER = Key.text("after")
      .or("*")
      .range("one character, none, the text of `end`")
      .says("lines: the mark before it; `\"\"` for none; the same as `end`, if it stands behind "
          + "the end (STX text ETX checksum)");
  static final Key<String> AS = Key.oneOf("as", "hex", "bytes")
      .or("hex")
      .says("lines: whether it is written in hex digits or as bytes, which may look like anything");
  static final Key<String> COVERS = Key.oneOf("covers", "text", "start", "mark", "all")
      .or("text")
      .says("lines: the text alone, with the `start`, with the mark, or with both");

  /** Reads the keys that only lines have; {@code end} is that of the line. */
  static LineCheck from(Node node, Checksum checksum, boolean isBigEndian, Bytes end) {
    Bytes mark = Bytes.of(node.get(AFTER).getBytes(StandardCharsets.ISO_8859_1));
    if (mark.length() > 1 && !mark.equals(end)) {
      node.at(AFTER)
          .fault("want one character, none, or the end of the line, got '" + node.get(AFTER) + "'");
    }
    boolean isHex = node.get(AS).equals("hex");
    if (!isHex && mark.length() == 0) {
      node.at(AS).fault("bytes want a mark before them, in after");
    }
    String covers = node.get(COVERS);
    return new LineCheck(
        checksum,
        mark,
        isHex,
        isBigEndian,
        covers.equals("start") || covers.equals("all"),
        covers.equals("mark") || covers.equals("all"));
  }

  /** How many characters it has, without the mark. */
  int length() {
    return checksum.bytes() * (isHex ? 2 : 1);
  }

  /** Where the text ends in a line that begins with {@code from} bytes of start; negative without a right checksum. */
  int textEnd(byte[] line, int from, int to) {
    int at = to - length();
    int text = at - mark.length();
    if (text < from || !isMarkAt(line, text)) {
      return -1;
    }
    long sum =
        checksum.over(line, coversStart ? 0 : from, coversMark ? text + mark.length() : text);
    return told(line, at) == sum ? text : -1;
  }

  /** Whether bytes of the checksum are still to come, which may look like anything. */
  boolean isUnderWay(byte[] line, int from, int to) {
    int text = to - length() - mark.length();
    if (isHex || (text >= from && isMarkAt(line, text))) {
      return false;
    }
    for (int at = Math.max(from, text + 1); at + mark.length() <= to; at++) {
      if (isMarkAt(line, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean isMarkAt(byte[] line, int at) {
    for (int i = 0; i < mark.length(); i++) {
      if (line[at + i] != (byte) mark.at(i)) {
        return false;
      }
    }
    return true;
  }

  /** What the line says; negative if that is no number. */
  private long told(byte[] line, int at) {
    long told = 0;
    for (int i = 0; i < checksum.bytes(); i++) {
      int index = isBigEndian ? i : checksum.bytes() - 1 - i;
      int one = isHex ? pair(line, at + 2 * index) : line[at + index] & 0xFF;
      if (one < 0) {
        return -1;
      }
      told = told << 8 | one;
    }
    return told;
  }

  private static int pair(byte[] line, int at) {
    int high = Character.digit((char) line[at], 16);
    int low = Character.digit((char) line[at + 1], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
