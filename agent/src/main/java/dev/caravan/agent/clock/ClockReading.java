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

  /** As they are now. */
  public static ClockReading of(Timeline timeline) {
    ClockPair clocks = new ClockPair(timeline::nowNs, timeline::sinceBootNs).read();
    long errorNs = timeline.errorNs();
    return new ClockReading(
        Math.floorDiv(clocks.firstNs(), NS_PER_US),
        Math.floorDiv(clocks.secondNs(), NS_PER_US),
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
