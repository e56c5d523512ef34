package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.OptionalLong;

/**
 * Lines of Vector's ASC log.
 *
 * <pre>
 * date Wed Nov 23 18:37:07.000 2026
 * base hex  timestamps absolute
 *    0.019968 1  64x             Rx   d 4 64 00 00 00  Length = 0 BitCount = 64 ID = 100x
 *   30.005021 CANFD   1 Rx        300  name  1 0 8  8 11 C2 03 04 05 06 07 08   102203  133   303000 …
 * </pre>
 *
 * <p>An x behind the identifier says 29 bits. Where a name stands instead, the number is taken from {@code ID = } at the
 * end of the line, which is always decimal; a frame without it is malformed. The base holds for identifiers and payloads.
 * Times count seconds from the start, with a sign before it, or from the line before where the header says
 * {@code relative}. Without a header the base is hex and times are those of the lines. Every other event is no frame.
 */
final class VectorAsc {
  private static final long SECOND_NS = 1_000_000_000L;

  // flags of a CANFD line: bits 4, 12
  private static final int FLAG_REMOTE = 0x10;
  private static final int FLAG_FD = 0x1000;

  private final LogScratch scratch;

  // from the header
  private boolean hasHeader;
  private int radix = 16;
  private boolean isRelative;
  private long startNs;

  // a block's own date, until its first event tells what its times count from
  private long blockNs = LineCursor.NONE;

  private long clockNs;

  VectorAsc(LogScratch scratch) {
    this.scratch = scratch;
  }

  /** Takes a line of the header, the word read last being its first; {@link Verdict#UNKNOWN_FORM} if it is none. */
  Verdict header(LineCursor line) {
    if (line.wordIs("date")) {
      return begin(date(line), false);
    }
    if (line.wordIs("base")) {
      line.word();
      if (!line.wordIs("dec") && !line.wordIs("hex")) {
        return Verdict.UNKNOWN_FORM;
      }
      radix = line.wordIs("dec") ? 10 : 16;
      line.word();
      line.word();
      isRelative = line.wordIs("relative");
      hasHeader = true;
      return Verdict.NOTHING;
    }
    if (line.wordIs("begin")) {
      line.word();
      line.skipBlanks();
      if (!line.wordIs("triggerblock")) {
        return Verdict.UNKNOWN_FORM;
      }
      return line.isAtEnd() ? Verdict.NOTHING : begin(date(line), true);
    }
    boolean isKnown = is(line, "end", "triggerblock")
        || is(line, "internal", "events")
        || is(line, "no", "internal")
        || is(line, "previous", "log");
    return isKnown ? Verdict.NOTHING : Verdict.UNKNOWN_FORM;
  }

  private static boolean is(LineCursor line, String word, String next) {
    return line.wordIs(word) && line.word() && line.wordIs(next);
  }

  private static OptionalLong date(LineCursor line) {
    OptionalLong date = LogDate.ofVector(line.rest());
    return date.isPresent() ? date : LogDate.ofVector(line.restLatin());
  }

  private Verdict begin(OptionalLong dateNs, boolean isBlock) {
    if (dateNs.isEmpty()) {
      return Verdict.BAD_TIME;
    }
    hasHeader = true;
    if (isBlock) {
      blockNs = dateNs.getAsLong();
    } else {
      startNs = dateNs.getAsLong();
    }
    clockNs = 0;
    return Verdict.NOTHING;
  }

  /** A line that begins with a time; the cursor is on it. */
  Verdict event(LineCursor line, CanFrame into) {
    long statedNs = line.signedNs(SECOND_NS);
    if (statedNs == LineCursor.NO_TIME || (line.peek() != ' ' && line.peek() != '\t')) {
      return hasHeader ? Verdict.BAD_TIME : Verdict.UNKNOWN_FORM;
    }
    long timeNs = timeNs(statedNs);
    if (timeNs == LineCursor.NO_TIME) {
      return Verdict.BAD_TIME;
    }
    if (!line.word()) {
      return Verdict.UNKNOWN_FORM;
    }
    if (line.wordIs("CANFD")) {
      return flexible(line, into, timeNs);
    }
    if (line.wordLength() > 3 || line.wordNumber(10) < 0) {
      return other();
    }
    String channel = channel(line);
    line.word();
    if (line.wordIs("ErrorFrame")) {
      return scratch.errorFrame(into, timeNs, channel);
    }
    return classic(line, into, timeNs, channel);
  }

  private Verdict other() {
    return hasHeader ? Verdict.NOTHING : Verdict.UNKNOWN_FORM;
  }

  private String channel(LineCursor line) {
    return scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
  }

  private long timeNs(long statedNs) {
    if (blockNs >= 0) {
      // times of a block begin anew at its date, or go on from the start of the log
      long offNs = startNs + statedNs - blockNs;
      boolean goesOn = statedNs >= SECOND_NS && Math.abs(offNs) < 2 * SECOND_NS;
      startNs = goesOn ? startNs : blockNs;
      blockNs = LineCursor.NONE;
    }
    long nextNs = isRelative ? LogScratch.sinceNs(clockNs, statedNs) : statedNs;
    clockNs = nextNs == LineCursor.NO_TIME ? Long.MAX_VALUE : nextNs;
    return LogScratch.sinceNs(startNs, nextNs);
  }

  /** The word as an identifier, without its x; {@link LineCursor#NONE} if it is none. */
  private long id(LineCursor line) {
    if (line.wordAt(line.wordLength() - 1) == 'x') {
      line.cutFromWord(1);
    }
    return line.wordNumber(radix);
  }

  private static boolean isDirection(LineCursor line) {
    return line.wordIs("Rx") || line.wordIs("Tx") || line.wordIs("TxRq");
  }

  private Verdict classic(LineCursor line, CanFrame into, long timeNs, String channel) {
    int flags = line.wordAt(line.wordLength() - 1) == 'x' ? CanFrame.EXTENDED : 0;
    long id = id(line);
    if (id < 0) {
      return symbolic(line, into, timeNs, channel);
    }
    line.word();
    if (!isDirection(line)) {
      // the frame's name may stand before its direction
      line.word();
    }
    if (!isDirection(line)) {
      return Verdict.UNKNOWN_FORM;
    }
    return directed(line, into, timeNs, id, flags, channel);
  }

  /** A word in place of the identifier: the frame's name, the number of which stands at the end, or another event. */
  private Verdict symbolic(LineCursor line, CanFrame into, long timeNs, String channel) {
    int start = line.at();
    line.word();
    boolean isFrame = isDirection(line) && line.word() && (line.wordIs("d") || line.wordIs("r"));
    if (!isFrame) {
      // Statistic:, J1939TP and the like
      return other();
    }
    boolean isNamed = false;
    while (!isNamed && line.word()) {
      isNamed = line.wordIs("ID") && line.word() && line.wordIs("=") && line.word();
    }
    boolean isExtended = isNamed && line.wordAt(line.wordLength() - 1) == 'x';
    if (isExtended) {
      line.cutFromWord(1);
    }
    long id = isNamed ? line.wordNumber(10) : LineCursor.NONE;
    if (id < 0) {
      return Verdict.BAD_ID;
    }
    line.moveTo(start);
    line.word();
    return directed(line, into, timeNs, id, isExtended ? CanFrame.EXTENDED : 0, channel);
  }

  /** The rest of a classic frame; the word read last is its direction. */
  private Verdict directed(
      LineCursor line, CanFrame into, long timeNs, long id, int idFlags, String channel) {
    if (line.wordIs("TxRq")) {
      // only asked for; the frame itself follows as Tx
      return Verdict.NOTHING;
    }
    int flags = idFlags | (line.wordIs("Tx") ? CanFrame.SENT : 0);
    line.word();
    if (line.wordIs("r")) {
      line.word();
      long code = line.wordNumber(16);
      int length = code >= 0 && line.wordLength() == 1 ? (int) Math.min(code, 8) : 0;
      return scratch.frame(into, timeNs, id, flags | CanFrame.REMOTE, length, channel);
    }
    if (!line.wordIs("d")) {
      return Verdict.UNKNOWN_FORM;
    }
    line.word();
    long code = line.wordNumber(line.wordLength() == 1 ? 16 : 10);
    if (code < 0 || code > 15) {
      return Verdict.BAD_LENGTH;
    }
    int length = (int) Math.min(code, 8);
    Verdict payload = scratch.bytes(line, length, radix);
    if (payload != Verdict.FRAME) {
      return payload;
    }
    // words may follow, and a further byte may not
    boolean isMore =
        !line.isAtEnd() && line.word() && line.wordLength() <= 3 && line.wordNumber(radix) >= 0;
    return isMore ? Verdict.BAD_LENGTH : scratch.frame(into, timeNs, id, flags, length, channel);
  }

  private Verdict flexible(LineCursor line, CanFrame into, long timeNs) {
    line.word();
    String channel = channel(line);
    line.word();
    int flags = line.wordIs("Tx") ? CanFrame.SENT : 0;
    if (!isDirection(line)) {
      return Verdict.UNKNOWN_FORM;
    }
    if (line.wordIs("TxRq")) {
      return Verdict.NOTHING;
    }
    line.word();
    if (line.wordIs("ErrorFrame")) {
      return scratch.errorFrame(into, timeNs, channel);
    }
    flags |= line.wordAt(line.wordLength() - 1) == 'x' ? CanFrame.EXTENDED : 0;
    long id = id(line);
    if (id < 0) {
      return Verdict.BAD_ID;
    }
    line.word();
    if (!isBit(line)) {
      // the frame's name
      line.word();
    }
    flags |= line.wordIs("1") ? CanFrame.BIT_RATE_SWITCH : 0;
    boolean areBits = isBit(line);
    line.word();
    areBits &= isBit(line);
    flags |= line.wordIs("1") ? CanFrame.ERROR_STATE : 0;
    if (!areBits) {
      return Verdict.UNKNOWN_FORM;
    }
    line.word();
    long code = line.wordNumber(line.wordLength() == 1 ? 16 : 10);
    line.word();
    long length = line.wordNumber(10);
    if (code < 0 || code > 15 || length < 0 || length > CanFrame.MOST_BYTES) {
      return Verdict.BAD_LENGTH;
    }
    Verdict payload = scratch.bytes(line, (int) length, radix);
    if (payload != Verdict.FRAME) {
      return payload;
    }
    return flagged(line, into, timeNs, id, flags, (int) code, (int) length, channel);
  }

  private static boolean isBit(LineCursor line) {
    return line.wordIs("0") || line.wordIs("1");
  }

  /** Duration, bit count, then the flags, which tell a classic frame on an FD channel from an FD frame. */
  private Verdict flagged(
      LineCursor line,
      CanFrame into,
      long timeNs,
      long id,
      int flags,
      int code,
      int length,
      String channel) {
    line.word();
    line.word();
    long bits = line.word() ? line.wordNumber(16) : FLAG_FD;
    if (bits < 0) {
      bits = FLAG_FD;
    }
    if ((bits & FLAG_REMOTE) != 0 || (length == 0 && code > 0)) {
      return scratch.frame(into, timeNs, id, flags | CanFrame.REMOTE, Math.min(code, 8), channel);
    }
    boolean isFd = (bits & FLAG_FD) != 0 || length > 8;
    return scratch.frame(into, timeNs, id, isFd ? flags | CanFrame.FD : flags, length, channel);
  }
}
