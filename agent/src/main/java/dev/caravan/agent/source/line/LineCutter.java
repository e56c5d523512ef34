package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text. One ends at CR or LF, or at an end of its own; empty ones are nothing. A line with a control character
 * that does not belong there, or one that is too long, is noise up to its end.
 *
 * <pre>
 * start  text  mark checksum  end        or, where the mark is the end
 * start  text  end  checksum
 * </pre>
 *
 * <p>The first line after an opening is believed if its checksum is right, if its start is a control character, which
 * stands nowhere else, or if it began after {@value #BEGINS_NS} ns of quiet, which sensors do not leave within a line.
 * A line that stops for {@value #BROKEN_OFF_NS} ns has lost its end and takes what follows with it.
 */
final class LineCutter implements Cutter {
  /**
   * What lines look like.
   *
   * @param start what comes before a line; text outside is noise; empty for none
   * @param end what ends a line; empty for CR or LF
   * @param mostBytes of a line, from start to end
   * @param controls bit n for each control character n that may stand in the text
   * @param check the checksum that each carries; empty for none
   */
  record Form(Bytes start, Bytes end, int mostBytes, int controls, Optional<LineCheck> check) {
    /** TAB, and the separators FS GS RS US of ASCII. */
    static final int USUAL_CONTROLS = 1 << '\t' | 0xF << 0x1C;

    /** Whether no piece of a line can be taken for a line. */
    boolean isEvident() {
      return check.isPresent() || (start.length() > 0 && start.at(0) < ' ');
    }

    boolean isBehindEnd() {
      return end.length() > 0 && check.isPresent() && check.get().mark().equals(end);
    }
  }

  static final long BEGINS_NS = 1_000_000_000L;
  static final long BROKEN_OFF_NS = 3_000_000_000L;

  private final Form form;
  private final byte[] start;
  private final byte[] end;
  private final Doubt doubt;

  /** The start, as if it had been received, and the line under way; behind {@code mostText} only a checksum. */
  private final byte[] line;

  private final int mostText;

  // since the opening
  private boolean isInStep;

  // of the line under way
  private int length;
  private int startSeen;
  private int outside;
  private int checkAwaited;
  private boolean isTooLong;
  private boolean isBrokenOff;
  private long beganNs;

  LineCutter(Form form, Doubt doubt) {
    this.form = form;
    this.start = form.start().toArray();
    this.end = form.end().toArray();
    this.doubt = doubt;
    this.mostText = start.length + form.mostBytes() + end.length;
    this.line =
        Arrays.copyOf(start, mostText + form.check().map(LineCheck::length).orElse(0));
    begin();
  }

  @Override
  public void reset() {
    isInStep = false;
    begin();
  }

  private void begin() {
    length = start.length;
    startSeen = 0;
    outside = 0;
    checkAwaited = 0;
    isTooLong = false;
    isBrokenOff = false;
  }

  @Override
  public boolean isInStep() {
    return isInStep || form.isEvident();
  }

  @Override
  public void quiet(long ns, FrameChunk out) {
    if (checkAwaited > 0 && ns >= BEGINS_NS) {
      finish(out); // without its checksum
    } else if (length > start.length) {
      isBrokenOff |= ns >= BROKEN_OFF_NS && !form.isEvident();
    } else if (startSeen + outside == 0) {
      isInStep |= ns >= BEGINS_NS;
    }
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
    boolean isLineEnd = next == '\r' || next == '\n';
    boolean isChecksum = checkAwaited > 0 || isChecksumUnderWay();
    if (isLineEnd && end.length == 0 && !isChecksum) {
      finish(out);
    } else if (startSeen < start.length && isInStep()) {
      awaitStart(next);
    } else if (start.length == 1 && next == start[0] && next < ' ' && !isChecksum) {
      // STX or the like: a new line begins, though one before it may have had no end
      drop("no end");
      begin();
      startSeen = 1;
    } else if (length == start.length && (Cutter.isTurnRound(next) || next == 0x7F || isLineEnd)) {
      // before the text and no part of it
      doubt.passedOver(isLineEnd ? 0 : 1);
    } else {
      add(next, timeNs);
      endIfDone(isChecksum, out);
    }
  }

  private boolean isChecksumUnderWay() {
    return form.check().isPresent()
        && !form.isBehindEnd()
        && form.check().get().isUnderWay(line, start.length, length);
  }

  private void add(byte next, long timeNs) {
    if (length == start.length) {
      beganNs = timeNs;
    }
    if (length == mostText && checkAwaited == 0) {
      isTooLong = true;
      // the newest bytes are where the end may be found
      int kept = Math.max(0, end.length - 1);
      System.arraycopy(line, length - kept, line, length - kept - 1, kept);
      length--;
    }
    line[length++] = next;
  }

  private void endIfDone(boolean isChecksum, FrameChunk out) {
    if (checkAwaited > 0) {
      if (--checkAwaited == 0) {
        finish(out);
      }
    } else if (end.length > 0 && !isChecksum && endsHere()) {
      if (form.isBehindEnd()) {
        checkAwaited = form.check().get().length();
      } else {
        length -= end.length;
        if (length > start.length
            && end.length == 1
            && end[0] == '\n'
            && line[length - 1] == '\r') {
          length--;
        }
        finish(out);
      }
    }
  }

  private boolean endsHere() {
    return length - start.length >= end.length
        && Arrays.equals(line, length - end.length, length, end, 0, end.length);
  }

  private void awaitStart(byte next) {
    if (next == start[startSeen]) {
      startSeen++;
    } else {
      outside += startSeen;
      if (next > ' ') {
        line[start.length + Math.min(outside, form.mostBytes() - 1)] = next; // for the log
        outside++;
      }
      startSeen = next == start[0] ? 1 : 0;
    }
    if (outside > form.mostBytes()) {
      isInStep = true; // more than the rest of a line
    }
    if (startSeen == start.length || outside > form.mostBytes()) {
      dropOutside();
    }
    isInStep |= startSeen == start.length;
  }

  /** Counts what stood before a start. */
  private void dropOutside() {
    if (outside > 0 && isInStep) {
      int shown = Math.min(outside, form.mostBytes());
      doubt.malformed("text that no start stands before", line, start.length, start.length + shown);
    } else {
      doubt.passedOver(outside);
    }
    outside = 0;
  }

  /** Counts the line under way, if there is one, as none. */
  private void drop(String why) {
    if (length > start.length) {
      doubt.malformed(why, line, start.length, length);
    }
  }

  private void finish(FrameChunk out) {
    outside += startSeen < start.length ? startSeen : 0;
    dropOutside();
    int text =
        form.check().map(check -> check.textEnd(line, start.length, length)).orElse(length);
    String why = fault(text);
    if (!isInStep && !isTooLong && (why != null || !form.isEvident())) {
      doubt.passedOver(length - start.length);
    } else if (why != null) {
      drop(why);
    } else if (text > start.length) {
      out.add(new Telegram(beganNs, Bytes.of(line, start.length, text - start.length)));
    }
    isInStep = true;
    begin();
  }

  /** What is wrong with the line; null for nothing. */
  private @Nullable String fault(int text) {
    if (isTooLong) {
      return "longer than max";
    }
    if (isBrokenOff) {
      return "a pause of seconds inside the line";
    }
    if (text < 0) {
      return "wrong or missing checksum";
    }
    for (int i = start.length; i < text; i++) {
      boolean isControl = line[i] >= 0 && line[i] < ' ' && (form.controls() >> line[i] & 1) == 0;
      if (isControl || line[i] == 0x7F) {
        return "control character";
      }
    }
    return null;
  }
}
