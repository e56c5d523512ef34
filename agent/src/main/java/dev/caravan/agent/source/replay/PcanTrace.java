package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.OptionalLong;

/**
 * Lines of PEAK's trace files, versions 1.0 to 2.1. Times are milliseconds since the start that the header names.
 *
 * <pre>
 *   1)      1841      0001  8  00 00 …                 1.0: number, time, id, length, payload
 *   1)      1059.9  Rx 0300  7  00 …                   1.1
 *   1)      1059.900 1  Rx 0300 -  7  00 …             1.2, 1.3: with the bus
 *   1      1059.900 DT     0300 Rx 7  00 …             2.0: with the type
 *   1      1059.900 DT 1   0300 Rx - 7  00 …           2.1
 * </pre>
 *
 * <p>Four digits are an 11-bit identifier and eight a 29-bit one. Warnings, errors, counters and events are no frames.
 */
final class PcanTrace {
  private static final long MILLISECOND_NS = 1_000_000L;

  private final LogScratch scratch;

  // from the header: zero if it names none, and times are then those of the lines
  private long startNs;
  private boolean hasExactStart;

  // of the line being read
  private long id;
  private int flags;

  PcanTrace(LogScratch scratch) {
    this.scratch = scratch;
  }

  /** A line that begins with a semicolon: a comment, or a setting that matters. */
  Verdict header(LineCursor line) {
    String text = line.rest();
    if (text.startsWith(";$STARTTIME=")) {
      String days = text.substring(text.indexOf('=') + 1).replace(";", "");
      OptionalLong startedNs = LogDate.ofDays(days);
      if (startedNs.isEmpty()) {
        return Verdict.BAD_TIME;
      }
      startNs = startedNs.getAsLong();
      hasExactStart = true;
      return Verdict.NOTHING;
    }
    int at = text.indexOf("Start time:");
    if (at >= 0 && !hasExactStart) {
      // version 1.0 has no other, and writes it day first
      LogDate.ofDayMonthYear(text.substring(at + 11)).ifPresent(startedNs -> startNs = startedNs);
    }
    return Verdict.NOTHING;
  }

  /** A line of version 1, whose number, with its parenthesis, has just been read. */
  Verdict first(LineCursor line, CanFrame into) {
    long timeNs = timeNs(line);
    if (timeNs == LineCursor.NO_TIME) {
      return Verdict.BAD_TIME;
    }
    flags = 0;
    line.word();
    String channel = optionalBus(line);
    if (line.wordIs("Warng") || line.wordIs("Error")) {
      return Verdict.NOTHING;
    }
    if (isDirection(line)) {
      line.word();
    }
    if (line.wordIs("FFFFFFFF")) {
      return Verdict.NOTHING;
    }
    return readId(line) ? payload(line, into, timeNs, channel) : Verdict.BAD_ID;
  }

  /** A line of version 2, whose number has just been read. */
  Verdict second(LineCursor line, CanFrame into) {
    long timeNs = timeNs(line);
    if (timeNs == LineCursor.NO_TIME) {
      return Verdict.BAD_TIME;
    }
    line.word();
    flags = typeFlags(line);
    if (flags < 0) {
      return line.wordLength() == 2 && isStatus(line) ? Verdict.NOTHING : Verdict.UNKNOWN_FORM;
    }
    line.word();
    String channel = optionalBus(line);
    if (!readId(line)) {
      return Verdict.BAD_ID;
    }
    line.word();
    if (!isDirection(line)) {
      return Verdict.UNKNOWN_FORM;
    }
    return payload(line, into, timeNs, channel);
  }

  private long timeNs(LineCursor line) {
    line.word();
    return LogScratch.sinceNs(startNs, line.wordNs(MILLISECOND_NS));
  }

  private static int typeFlags(LineCursor line) {
    if (line.wordIs("DT")) {
      return 0;
    }
    if (line.wordIs("RR")) {
      return CanFrame.REMOTE;
    }
    if (line.wordIs("FD")) {
      return CanFrame.FD;
    }
    if (line.wordIs("FB")) {
      return CanFrame.FD | CanFrame.BIT_RATE_SWITCH;
    }
    if (line.wordIs("FE")) {
      return CanFrame.FD | CanFrame.ERROR_STATE;
    }
    return line.wordIs("BI") ? CanFrame.FD | CanFrame.BIT_RATE_SWITCH | CanFrame.ERROR_STATE : -1;
  }

  /** Hardware status, error frame, error counter, event. */
  private static boolean isStatus(LineCursor line) {
    return line.wordIs("ST") || line.wordIs("ER") || line.wordIs("EC") || line.wordIs("EV");
  }

  /** Takes one or two digits as the number of the bus, and goes to the next word. */
  private String optionalBus(LineCursor line) {
    if (line.wordLength() > 2 || line.wordNumber(10) < 0) {
      return "";
    }
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
    line.word();
    return channel;
  }

  private boolean isDirection(LineCursor line) {
    if (line.wordIs("Tx")) {
      flags |= CanFrame.SENT;
      return true;
    }
    return line.wordIs("Rx");
  }

  private boolean readId(LineCursor line) {
    id = line.wordNumber(16);
    if (line.wordLength() == 8) {
      flags |= CanFrame.EXTENDED;
      return id >= 0;
    }
    return line.wordLength() == 4 && id >= 0;
  }

  /** Reads on behind the identifier: a dash where a column is kept free, the length, then the payload. */
  private Verdict payload(LineCursor line, CanFrame into, long timeNs, String channel) {
    line.word();
    if (line.wordIs("-")) {
      line.word();
    }
    long stated = line.wordNumber(10);
    if (stated < 0 || stated > CanFrame.MOST_BYTES) {
      return Verdict.BAD_LENGTH;
    }
    int start = line.at();
    if (line.word() && line.wordIs("ERROR")) {
      return Verdict.NOTHING;
    }
    if (line.wordIs("RTR") || (flags & CanFrame.REMOTE) != 0) {
      return scratch.frame(
          into, timeNs, id, flags | CanFrame.REMOTE, (int) Math.min(stated, 8), channel);
    }
    line.moveTo(start);
    int length = scratch.bytesToEnd(line);
    if (length < 0) {
      return Verdict.BAD_PAYLOAD;
    }
    // the column l is a length, the column L a length code
    boolean fits =
        length == stated || (stated < 16 && length == LogScratch.lengthOfCode((int) stated));
    boolean isClassic = (flags & CanFrame.FD) == 0;
    if (isClassic && stated > 8 && length == 8) {
      fits = true;
    }
    return fits && !(isClassic && length > 8)
        ? scratch.frame(into, timeNs, id, flags, length, channel)
        : Verdict.BAD_LENGTH;
  }
}
