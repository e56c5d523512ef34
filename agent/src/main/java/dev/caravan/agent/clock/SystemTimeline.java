package dev.caravan.agent.clock;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The board's own clocks.
 *
 * <p>The timeline is the wall clock as long as that runs on. When the wall clock is set forward, by seconds or by years (a
 * board without a battery starts in 1970), the timeline follows at once. When it is set back, by however much, the
 * timeline runs on from where it stood, slower than the monotonic clock by one part in {@value #SLOWER_BY}, until the
 * wall clock has caught up: a correction of a second is made up in about two minutes and hardly bends any rate. One of
 * days or years is not made up before a restart, which alone may go back in time; until then times are as wrong as the
 * board's clock was, in their right order.
 */
public final class SystemTimeline implements Timeline {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimeline.class);

  static final long SLOWER_BY = 128;
  private static final long WORTH_A_WORD_NS = 1_000_000_000L;

  private final LongSupplier wallNs;
  private final LongSupplier monotonicNs;

  // at the latest look
  private long latestNs = Long.MIN_VALUE;
  private long latestMonotonicNs;

  // whether the wall clock was set back and has not caught up, and whether that was logged
  private boolean isAhead;
  private boolean said;

  /** The clocks of this machine. */
  public SystemTimeline() {
    this(SystemTimeline::systemWallNs, System::nanoTime);
  }

  SystemTimeline(LongSupplier wallNs, LongSupplier monotonicNs) {
    this.wallNs = wallNs;
    this.monotonicNs = monotonicNs;
  }

  private static long systemWallNs() {
    var now = java.time.Clock.systemUTC().instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public synchronized long nowNs() {
    long wall = wallNs.getAsLong();
    long monotonic = monotonicNs.getAsLong();
    long elapsedNs = monotonic - latestMonotonicNs;
    long slowerNs = isAhead ? latestNs + elapsedNs - elapsedNs / SLOWER_BY : latestNs;
    isAhead = wall < slowerNs;
    latestNs = Math.max(wall, slowerNs);
    latestMonotonicNs = monotonic;
    sayOnce(latestNs - wall);
    return latestNs;
  }

  private void sayOnce(long aheadNs) {
    if (!isAhead) {
      said = false;
    } else if (aheadNs > WORTH_A_WORD_NS && !said) {
      said = true;
      LOG.warn(
          "clock: set back by {} s, time runs on from where it stood; a restart takes the new time",
          aheadNs / 1_000_000_000L);
    }
  }

  @Override
  public long monotonicNs() {
    return monotonicNs.getAsLong();
  }

  @Override
  public TimeOrigin origin() {
    return TimeOrigin.NONE;
  }

  @Override
  public long errorNs() {
    return Long.MAX_VALUE;
  }
}
