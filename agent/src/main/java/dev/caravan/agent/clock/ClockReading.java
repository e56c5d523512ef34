package dev.caravan.agent.clock;

/**
 * Both clocks at one moment, as they travel.
 *
 * @param timeUs microseconds since 1970 UTC
 * @param monotonicUs microseconds of the clock that only runs forward, also while the board sleeps; its zero means nothing
 * @param origin where the time of day comes from
 * @param errorUs how far it may be off, microseconds, at least 1; 0 where nothing is known
 */
public record ClockReading(long timeUs, long monotonicUs, TimeOrigin origin, long errorUs) {
  private static final long NS_PER_US = 1_000L;
  private static final long STEP_US = 100_000L;
  private static final long CLOSE_NS = 100_000L;
  private static final int MOST_TRIES = 5;

  /** As they are now. Who is held up between the two clocks reads them again: the closest of a few pairs counts. */
  public static ClockReading of(Timeline timeline) {
    long apartNs = Long.MAX_VALUE;
    long nowNs = 0;
    long sinceBootNs = 0;
    for (int tries = 0; tries < MOST_TRIES && apartNs > CLOSE_NS; tries++) {
      long beforeNs = timeline.sinceBootNs();
      long readNs = timeline.nowNs();
      long tookNs = timeline.sinceBootNs() - beforeNs;
      if (tookNs < apartNs) {
        apartNs = tookNs;
        nowNs = readNs;
        sinceBootNs = beforeNs + tookNs / 2;
      }
    }
    long errorNs = timeline.errorNs();
    return new ClockReading(
        Math.floorDiv(nowNs, NS_PER_US),
        Math.floorDiv(sinceBootNs, NS_PER_US),
        timeline.origin(),
        errorNs == Long.MAX_VALUE ? 0 : errorNs / NS_PER_US + 1);
  }

  /** What to add to the monotonic clock for the time of day. */
  public long apartUs() {
    return timeUs - monotonicUs;
  }

  /** Whether the time of day was set since an earlier reading, by more than a tenth of a second. */
  public boolean isSetSince(ClockReading earlier) {
    return Math.abs(apartUs() - earlier.apartUs()) > STEP_US;
  }
}
