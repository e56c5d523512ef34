package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Arrays;
import java.util.Optional;

/**
 * Lines of text. One ends at CR or LF, or at an end of its own; empty ones are nothing. A line with a control character
 * other than TAB, or one that is too long, is noise up to its end.
 */
final class LineCutter implements Cutter {
  /**
   * What lines look like.
   *
   * @param start what comes before a line; text outside is noise; empty for none
   * @param end what ends a line; empty for CR or LF
   * @param mostBytes of a line
   * @param checksum as hex digits behind {@code mark}, over all from the start up to the mark; empty for none
   * @param mark the character before the checksum
   */
  record Form(Bytes start, Bytes end, int mostBytes, Optional<Checksum> checksum, char mark) {}

  private final Form form;
  private final byte[] start;
  private final byte[] end;
  private final Doubt doubt;
  private final byte[] line;

  // of the line under way
  private int length;
  private int startSeen;
  private boolean isNoise;
  private long beganNs;

  LineCutter(Form form, Doubt doubt) {
    this.form = form;
    this.start = form.start().toArray();
    this.end = form.end().toArray();
    this.doubt = doubt;
    this.line = new byte[form.mostBytes() + end.length];
  }

  @Override
  public void reset() {
    length = 0;
    startSeen = 0;
    isNoise = false;
  }

  @Override
  public int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
    int at = from;
    while (at < to && !out.isFull()) {
      take(bytes[at++], timeNs, out);
    }
    return at;
  }

  private void take(byte next, long timeNs, FrameChunk out) {
    if (end.length == 0 && (next == '\r' || next == '\n')) {
      finish(out);
      return;
    }
    if (startSeen < start.length) {
      awaitStart(next);
      return;
    }
    if (start.length == 1 && next == start[0] && next < ' ') {
      // STX or the like: a new line begins, though one before it may have had no end
      if (length > 0) {
        doubt.malformed();
      }
      length = 0;
      isNoise = false;
      return;
    }
    if (length == 0) {
      beganNs = timeNs;
    }
    if (length == line.length) {
      isNoise = true;
      // keep the newest bytes, where the end may be found
      System.arraycopy(line, 1, line, 0, --length);
    }
    line[length++] = next;
    if (end.length > 0 && endsHere()) {
      length -= end.length;
      finish(out);
    }
  }

  private void awaitStart(byte next) {
    if (next == start[startSeen]) {
      startSeen++;
    } else {
      isNoise |= startSeen > 0 || next > ' ';
      startSeen = next == start[0] ? 1 : 0;
    }
    if (startSeen == start.length) {
      if (isNoise) {
        doubt.malformed();
      }
      isNoise = false;
      length = 0;
    }
  }

  private boolean endsHere() {
    return length >= end.length
        && Arrays.equals(line, length - end.length, length, end, 0, end.length);
  }

  private void finish(FrameChunk out) {
    if (length > 0 || isNoise) {
      int content = isNoise || startSeen < start.length || hasControls() ? -1 : checked();
      if (content < 0) {
        doubt.malformed();
      } else if (content > 0) {
        out.add(new Telegram(beganNs, Bytes.of(line, 0, content)));
      }
    }
    reset();
  }

  private boolean hasControls() {
    for (int i = 0; i < length; i++) {
      if ((line[i] >= 0 && line[i] < ' ' && line[i] != '\t') || line[i] == 0x7F) {
        return true;
      }
    }
    return false;
  }

  /** Length of the line without its checksum; negative if that is wrong or missing. */
  private int checked() {
    if (form.checksum().isEmpty()) {
      return length;
    }
    Checksum checksum = form.checksum().get();
    int mark = length - 1 - 2 * checksum.bytes();
    if (mark < 0 || line[mark] != form.mark()) {
      return -1;
    }
    long told = 0;
    for (int i = mark + 1; i < length; i++) {
      int digit = Character.digit((char) line[i], 16);
      if (digit < 0) {
        return -1;
      }
      told = told << 4 | digit;
    }
    return told == checksum.over(line, 0, mark) ? mark : -1;
  }
}
