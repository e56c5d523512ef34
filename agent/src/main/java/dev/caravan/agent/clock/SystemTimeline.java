package dev.caravan.agent.clock;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
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
 *
 * <p>Java's monotonic clock stands still while the board sleeps. How long it slept is learned, to a hundredth of a second,
 * from {@code /proc/uptime}, which is looked at whenever the wall clock is found ahead of the monotonic one.
 */
public final class SystemTimeline implements Timeline {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimeline.class);

  static final long SLOWER_BY = 128;
  private static final long WORTH_A_WORD_NS = 1_000_000_000L;

  /** The wall clock may run so far ahead before the uptime is looked at, and that is coarse. */
  private static final long SLEEP_NS = 500_000_000L;

  private static final Path UPTIME = Path.of("/proc/uptime");

  private final LongSupplier wallNs;
  private final LongSupplier monotonicNs;
  private final LongSupplier uptimeNs;
  private final ClockKeeper keeper;

  // at the start
  private final long startedNs;
  private final long startedUptimeNs;

  // at the latest look
  private long latestNs = Long.MIN_VALUE;
  private long latestMonotonicNs;

  // whether the wall clock was set back and has not caught up, and whether that was logged
  private boolean isAhead;
  private boolean said;

  // how far the wall clock was from the monotonic one at the latest look, and how long the board
  // has slept
  private long apartNs;
  private long asleepNs;

  /** The clocks of this machine. */
  public SystemTimeline() {
    this(
        SystemTimeline::systemWallNs,
        System::nanoTime,
        SystemTimeline::systemUptimeNs,
        new ClockKeeper());
  }

  /** {@code uptimeNs} counts while the board sleeps too; below 0 where that is not known. */
  SystemTimeline(
      LongSupplier wallNs, LongSupplier monotonicNs, LongSupplier uptimeNs, ClockKeeper keeper) {
    this.wallNs = wallNs;
    this.monotonicNs = monotonicNs;
    this.uptimeNs = uptimeNs;
    this.keeper = keeper;
    this.startedNs = monotonicNs.getAsLong();
    this.startedUptimeNs = uptimeNs.getAsLong();
    this.apartNs = wallNs.getAsLong() - startedNs;
  }

  private static long systemUptimeNs() {
    try {
      String seconds = Files.readString(UPTIME);
      return new BigDecimal(seconds.substring(0, seconds.indexOf(' ')))
          .movePointRight(9)
          .longValue();
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }

  private static long systemWallNs() {
    var now = java.time.Clock.systemUTC().instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public synchronized long nowNs() {
    long wall = wallNs.getAsLong();
    long monotonic = monotonicNs.getAsLong();
    noticeSleep(wall, monotonic);
    long elapsedNs = monotonic - latestMonotonicNs;
    long slowerNs = isAhead ? latestNs + elapsedNs - elapsedNs / SLOWER_BY : latestNs;
    isAhead = wall < slowerNs;
    latestNs = Math.max(wall, slowerNs);
    latestMonotonicNs = monotonic;
    sayOnce(latestNs - wall);
    return latestNs;
  }

  private void noticeSleep(long wall, long monotonic) {
    long apart = wall - monotonic;
    if (apart - apartNs > SLEEP_NS && startedUptimeNs >= 0) {
      long sleptNs = uptimeNs.getAsLong() - startedUptimeNs - (monotonic - startedNs);
      if (sleptNs - asleepNs > SLEEP_NS) {
        LOG.info("clock: the board slept for {} s", (sleptNs - asleepNs) / WORTH_A_WORD_NS);
        asleepNs = sleptNs;
      }
    }
    apartNs = apart;
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
  public synchronized long sinceBootNs() {
    long monotonic = monotonicNs.getAsLong();
    noticeSleep(wallNs.getAsLong(), monotonic);
    return monotonic + asleepNs;
  }

  @Override
  public synchronized TimeOrigin origin() {
    keeper.look(wallNs.getAsLong(), sinceBootNs(), uptimeNs);
    return keeper.origin();
  }

  /** What the keeper of the wall clock says, and how far the timeline runs ahead of it. */
  @Override
  public synchronized long errorNs() {
    long wall = wallNs.getAsLong();
    keeper.look(wall, sinceBootNs(), uptimeNs);
    long errorNs = keeper.errorNs();
    return errorNs == Long.MAX_VALUE ? errorNs : errorNs + Math.max(0, latestNs - wall);
  }
}
