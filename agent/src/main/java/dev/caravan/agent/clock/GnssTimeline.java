package dev.caravan.agent.clock;

import dev.caravan.agent.health.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The board's timeline, steered by satellites where that is better.
 *
 * <p>A time is believed when it is {@link WeekRollover#isPossible possible} and a second fix, a second later or more,
 * agrees with it by the monotonic clock. From then on each fix is held against the monotonic clock: one that differs by
 * more than {@value #BOUND_NS} ns is refused. Only when a minute of fixes in a row agree with each other and not with
 * what was believed, and they differ by no more than a receiver's missing leap seconds or the board's clock is nearer to
 * them, is theirs taken instead. Where the board's clock is known to be good (its own bound says so), a fix that
 * contradicts it is refused.
 *
 * <p>A sentence comes some tenths of a second after the moment that it tells, up to a second where sentences are slow; so
 * the bound is {@value #BOUND_NS} ns, and of all fixes the one that came quickest counts. A board whose clock agrees
 * within the bound is left as it is, as it may well be the better one, and from then on its bound is known. After the last fix the
 * bound grows by {@value #DRIFT_PPM} millionths of the time since, and when the board's own clock has a better one, that
 * counts again. "Monotonic" here is the clock that runs on while the board sleeps, so a believed time outlasts that.
 *
 * <p>What must go back by no more than the bound is made up by running slower by one part in
 * {@value SystemTimeline#SLOWER_BY}, and {@link #errorNs()} tells how far it is still ahead; more is a clock that was wrong, and goes back at
 * once. The system clock is never set. Safe from any thread.
 */
public final class GnssTimeline implements Timeline, TimeFixes {
  private static final Logger LOG = LoggerFactory.getLogger(GnssTimeline.class);

  static final long BOUND_NS = 1_000_000_000L;
  static final long DRIFT_PPM = 100;
  private static final long MILLION = 1_000_000L;

  /** A fix that waited longer than this on its way here says little. */
  private static final long LONGEST_WAIT_NS = 10_000_000_000L;

  /** Two fixes confirm each other when they are so far apart, and no further. */
  private static final long CONFIRM_FROM_NS = 900_000_000L;

  private static final long CONFIRM_TO_NS = 60_000_000_000L;

  /** How long fixes must contradict, and agree with each other, to be taken instead. */
  private static final long PERSISTENT_NS = 60_000_000_000L;

  /** GPS and UTC are 18 s apart; a receiver that has just started may not know it yet. */
  private static final long LEAP_SECONDS_NS = 20_000_000_000L;

  private final Timeline board;

  // the believed time: utcNs = monotonicNs + offsetNs
  private boolean isBelieved;
  private long offsetNs;
  private long latestFixNs;

  // one that is not yet believed
  private boolean hasCandidate;
  private long candidateOffsetNs;
  private long candidateSinceNs;
  private long candidateLatestNs;

  // at the latest look
  private boolean hasLooked;
  private long latestNs;
  private long latestMonotonicNs;
  private final Condition refused = new Condition();

  /** A timeline that is the board's until the first fix. */
  public GnssTimeline(Timeline board) {
    this.board = board;
  }

  @Override
  public synchronized long nowNs() {
    long monotonicNs = board.sinceBootNs();
    long wantedNs = wantedNs(monotonicNs);
    if (hasLooked) {
      long elapsedNs = monotonicNs - latestMonotonicNs;
      long slowerNs = latestNs + elapsedNs - elapsedNs / SystemTimeline.SLOWER_BY;
      wantedNs = slowerNs - wantedNs > BOUND_NS ? wantedNs : Math.max(wantedNs, slowerNs);
    }
    hasLooked = true;
    latestNs = wantedNs;
    latestMonotonicNs = monotonicNs;
    return wantedNs;
  }

  private long wantedNs(long monotonicNs) {
    long boardNs = board.nowNs();
    if (!isBelieved || boardIsBetter(monotonicNs)) {
      return boardNs;
    }
    long gnssNs = monotonicNs + offsetNs;
    return Math.abs(boardNs - gnssNs) <= BOUND_NS ? boardNs : gnssNs;
  }

  private boolean boardIsBetter(long monotonicNs) {
    return board.errorNs() < gnssErrorNs(monotonicNs);
  }

  private long gnssErrorNs(long monotonicNs) {
    return BOUND_NS + (monotonicNs - latestFixNs) / MILLION * DRIFT_PPM;
  }

  @Override
  public long monotonicNs() {
    return board.monotonicNs();
  }

  @Override
  public long sinceBootNs() {
    return board.sinceBootNs();
  }

  @Override
  public synchronized TimeOrigin origin() {
    return isBelieved && !boardIsBetter(board.sinceBootNs()) ? TimeOrigin.GNSS : board.origin();
  }

  @Override
  public synchronized long errorNs() {
    long monotonicNs = board.sinceBootNs();
    if (!isBelieved || boardIsBetter(monotonicNs)) {
      return board.errorNs();
    }
    // what is shown may be the board's time, within the bound, or still be ahead
    long awayNs = Math.abs(nowNs() - (monotonicNs + offsetNs));
    return gnssErrorNs(monotonicNs) + awayNs;
  }

  @Override
  public synchronized boolean fix(long utcNs, long receivedNs) {
    long waitedNs = nowNs() - receivedNs;
    // after it: who is held up between the two makes a fix slow, which counts little, and not quick
    long monotonicNs = board.sinceBootNs();
    if (waitedNs < 0 || waitedNs > LONGEST_WAIT_NS) {
      // held up, or the timeline has moved since: the next one will do
      return true;
    }
    if (!WeekRollover.isPossible(utcNs, board.nowNs())) {
      return refuse(utcNs, "before this program was made, or after the next roll-over of weeks");
    }
    long arrivedNs = monotonicNs - waitedNs;
    long offset = utcNs - arrivedNs;
    if (board.errorNs() < BOUND_NS
        && Math.abs(offset - (board.nowNs() - monotonicNs)) > BOUND_NS + board.errorNs()) {
      return refuse(utcNs, "the board's clock is known to be better");
    }
    if (isBelieved && Math.abs(offset - offsetNs) <= gnssErrorNs(arrivedNs)) {
      follow(offset, arrivedNs);
      return true;
    }
    return consider(offset, arrivedNs, utcNs);
  }

  /** Of the fixes the one that came quickest counts; the crystal's drift is let out bit by bit. */
  private void follow(long offset, long arrivedNs) {
    long driftNs = Math.max(0, (arrivedNs - latestFixNs) / MILLION * DRIFT_PPM);
    offsetNs = Math.max(offset, offsetNs - driftNs);
    latestFixNs = arrivedNs;
    hasCandidate = false;
    long refusals = refused.over();
    if (refusals > 0) {
      LOG.info("clock: fixes agree again, refused={}", refusals);
    }
  }

  private boolean consider(long offset, long arrivedNs, long utcNs) {
    boolean agrees = hasCandidate
        && Math.abs(offset - candidateOffsetNs) <= BOUND_NS
        && arrivedNs - candidateLatestNs <= CONFIRM_TO_NS;
    if (!agrees) {
      hasCandidate = true;
      candidateOffsetNs = offset;
      candidateSinceNs = arrivedNs;
    } else {
      candidateOffsetNs = Math.max(candidateOffsetNs, offset);
    }
    candidateLatestNs = arrivedNs;
    long agreedNs = arrivedNs - candidateSinceNs;
    if (!isBelieved) {
      if (agreedNs >= CONFIRM_FROM_NS) {
        believe(arrivedNs);
      }
      return true;
    }
    if (agreedNs >= PERSISTENT_NS && isLikelier(arrivedNs)) {
      believe(arrivedNs);
      return true;
    }
    return refuse(utcNs, "the monotonic clock says otherwise");
  }

  private boolean isLikelier(long monotonicNs) {
    long boardOffset = board.nowNs() - board.sinceBootNs();
    boolean boardIsPossible = boardOffset + monotonicNs >= WeekRollover.EARLIEST_NS;
    return Math.abs(candidateOffsetNs - offsetNs) <= LEAP_SECONDS_NS
        || (boardIsPossible
            && Math.abs(candidateOffsetNs - boardOffset) < Math.abs(offsetNs - boardOffset));
  }

  private void believe(long arrivedNs) {
    long fromBoardNs = candidateOffsetNs - (board.nowNs() - board.sinceBootNs());
    LOG.info(
        "clock: time from satellites, {} ms from the board's clock, bound={} ms",
        fromBoardNs / MILLION,
        BOUND_NS / MILLION);
    isBelieved = true;
    offsetNs = candidateOffsetNs;
    latestFixNs = arrivedNs;
    hasCandidate = false;
    refused.over();
  }

  private boolean refuse(long utcNs, String why) {
    if (refused.isNews(why)) {
      LOG.warn("clock: time from satellites refused: epoch={} s; {}", utcNs / BOUND_NS, why);
    }
    return false;
  }
}
