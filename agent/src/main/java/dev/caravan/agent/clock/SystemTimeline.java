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
 * board without a battery starts in 1970), the timeline follows at once, and so it does when it is set back so that the
 * timeline would be more than {@value #MOST_AHEAD_NS} ns ahead. What is less is made up: the timeline runs on from where it stood, slower
 * than the monotonic clock by one part in {@value #SLOWER_BY}, a second in about two minutes, which hardly bends any rate.
 *
 * <p>Java's monotonic clock stands still while the board sleeps. How long it slept is learned, to a hundredth of a second,
 * from {@code /proc/uptime}, which is looked at whenever the wall clock is found ahead of the monotonic one.
 */
public final class SystemTimeline implements Timeline {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimeline.class);

  static final long SLOWER_BY = 128;
  static final long MOST_AHEAD_NS = 1_000_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  /** How often a clock that is set back again and again is worth a line. */
  private static final long SAID_NS = 60 * SECOND_NS;

  /** The wall clock may run so far ahead before the uptime is looked at, and that is coarse. */
  private static final long SLEEP_NS = 500_000_000L;

  private static final Path UPTIME = Path.of("/proc/uptime");

  private final LongSupplier wallNs;
  private final LongSupplier monotonicNs;
  private final LongSupplier uptimeNs;
  private final ClockKeeper keeper;

  // since the board was switched on, and what of that Java counts
  private final ClockPair awake;

  // at the start
  private final long startedNs;
  private final long startedUptimeNs;

  // at the latest look
  private long latestNs = Long.MIN_VALUE;
  private long latestMonotonicNs;

  // whether the wall clock was set back a little and has not caught up
  private boolean isAhead;

  // when it was last said that it was set back by more, and how often it was since
  private boolean hasSaid;
  private long saidNs;
  private long timesSetBack;

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
    this.awake = new ClockPair(uptimeNs, monotonicNs).read();
    this.startedUptimeNs = awake.firstNs();
    this.startedNs = awake.secondNs();
    this.apartNs = wallNs.getAsLong() - monotonicNs.getAsLong();
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
    boolean isBack = latestNs != Long.MIN_VALUE && slowerNs - wall > MOST_AHEAD_NS;
    isAhead = !isBack && wall < slowerNs;
    if (isBack) {
      saySetBack(latestNs + elapsedNs - wall, monotonic);
    }
    latestNs = isBack ? wall : Math.max(wall, slowerNs);
    latestMonotonicNs = monotonic;
    return latestNs;
  }

  private void noticeSleep(long wall, long monotonic) {
    long apart = wall - monotonic;
    if (apart - apartNs > SLEEP_NS && startedUptimeNs >= 0) {
      awake.read();
      long sleptNs = awake.firstNs() - startedUptimeNs - (awake.secondNs() - startedNs);
      if (sleptNs - asleepNs > SLEEP_NS) {
        LOG.info("clock: the board slept for {} s", (sleptNs - asleepNs) / SECOND_NS);
        asleepNs = sleptNs;
      }
    }
    apartNs = apart;
  }

  private void saySetBack(long byNs, long monotonic) {
    timesSetBack++;
    if (!hasSaid || monotonic - saidNs >= SAID_NS) {
      hasSaid = true;
      saidNs = monotonic;
      LOG.warn(
          "clock: set back by {} s, times go back with it; times since the start={}",
          byNs / SECOND_NS,
          timesSetBack);
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
