package dev.caravan.agent.source.replay;

/**
 * The stamps of candump's screen form: absolute, since the start of the log, or since the frame before. Nothing in a
 * stamp says which of the last two it is, so the lines that are already buffered are looked at: stamps that keep falling
 * back are differences, if they begin at 0, as candump does, or one falls to less than half of the one before.
 */
final class CandumpTimes {
  /** Below this a stamp is no time of day: 1991-01-01, in nanoseconds. */
  private static final long RELATIVE_BELOW_NS = 662_688_000_000_000_000L;

  private static final int LOOK_AHEAD_LINES = 200;
  private static final int ENOUGH_LINES = 4;

  private enum Meaning {
    UNKNOWN,
    SINCE_START,
    SINCE_BEFORE
  }

  private final LineSplitter lines;
  private final LineCursor ahead = new LineCursor();

  // the relative stamps of one log
  private Meaning meaning = Meaning.UNKNOWN;
  private long sumNs;

  CandumpTimes(LineSplitter lines) {
    this.lines = lines;
  }

  /** Epoch nanoseconds, or nanoseconds since the start of the log, for a stamp of the present line. */
  long timeNs(long stampNs) {
    if (stampNs >= RELATIVE_BELOW_NS) {
      return stampNs;
    }
    if (meaning == Meaning.UNKNOWN) {
      meaning = isSinceBefore() ? Meaning.SINCE_BEFORE : Meaning.SINCE_START;
    }
    if (meaning == Meaning.SINCE_START) {
      return stampNs;
    }
    long nextNs = LogScratch.sinceNs(sumNs, stampNs);
    sumNs = nextNs == LineCursor.NO_TIME ? Long.MAX_VALUE : nextNs;
    return sumNs;
  }

  /** Whether the stamps were found to be differences, and added up. */
  boolean areAddedUp() {
    return meaning == Meaning.SINCE_BEFORE;
  }

  private boolean isSinceBefore() {
    int stamps = 0;
    int falls = 0;
    boolean isSteep = false;
    long before = 0;
    int at = lines.from();
    while (at < lines.limit() && stamps < LOOK_AHEAD_LINES) {
      int end = at;
      while (end < lines.limit() && lines.bytes()[end] != '\n') {
        end++;
      }
      long stamp = stamp(at, end);
      if (stamp != LineCursor.NO_TIME) {
        isSteep |= stamps == 0 ? stamp == 0 : stamp < before / 2;
        falls += stamps > 0 && stamp < before ? 1 : 0;
        stamps++;
        before = stamp;
      }
      at = end + 1;
    }
    return isSteep && stamps >= ENOUGH_LINES && falls * 4 > stamps;
  }

  private long stamp(int from, int to) {
    ahead.start(lines.bytes(), from, to);
    ahead.skipBlanks();
    return ahead.skip('(') ? ahead.signedNs(1_000_000_000L) : LineCursor.NO_TIME;
  }
}
