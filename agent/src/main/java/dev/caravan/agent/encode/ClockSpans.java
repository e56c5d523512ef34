package dev.caravan.agent.encode;

import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.clock.Timeline;
import java.util.ArrayDeque;

/**
 * Which reading of the clocks a time was stamped by. A sample may come here after the time of day was set and have been stamped
 * before; its time is told anew, by the clock as it was set, so that all times of a message are by the one reading that the
 * message has.
 *
 * <p>Of the clocks that a time can be by (none stamps what is yet to come) it is by the one under which it came here soonest after it was stamped, so by the one
 * of now if that is possible. One of before counts for {@value #NEAR_US} us, so that the times of a log are left as they are. The pipeline's thread calls all
 * methods.
 */
public final class ClockSpans {
  /** What was stamped so long ago has come. */
  private static final long NEAR_US = 60_000_000L;

  /** Times are rounded, to a tenth of a second at most. */
  private static final long ROUNDED_US = 100_000L;

  private static final int MOST = 8;

  /** The clocks from one moment to another by the monotonic one. */
  private record Span(long apartUs, long fromUs, long untilUs) {
    /** How long ago a time was stamped at least, if by these clocks; none can be that old if that cannot be. */
    long delayUs(long timeUs, long nowUs) {
      long stampedUs = timeUs - apartUs;
      return stampedUs > untilUs + ROUNDED_US
          ? Long.MAX_VALUE
          : Math.max(0, fromUs - stampedUs) + nowUs - untilUs;
    }
  }

  private final Timeline timeline;
  private final ArrayDeque<Span> before = new ArrayDeque<>();
  private ClockReading now;
  private long fromUs;

  // by the clock of now
  private long tickedUs;

  public ClockSpans(Timeline timeline) {
    this.timeline = timeline;
    this.now = ClockReading.of(timeline);
    this.fromUs = now.monotonicUs();
    this.tickedUs = now.timeUs();
  }

  /** Nothing was set, as far as a tick at that time tells. */
  public void ticked(long nowNs) {
    tickedUs = nowNs / 1_000L;
  }

  /** Looks at the clocks; whether the time of day was set since the look before. */
  public boolean look() {
    ClockReading latest = now;
    now = ClockReading.of(timeline);
    while (!before.isEmpty() && now.monotonicUs() - before.getLast().untilUs > NEAR_US) {
      before.removeLast();
    }
    if (!now.isSetSince(latest)) {
      return false;
    }
    before.addFirst(new Span(latest.apartUs(), fromUs, now.monotonicUs()));
    // it was set after the latest tick at the earliest
    long earliestUs = Math.max(latest.monotonicUs(), tickedUs - latest.apartUs());
    fromUs = Math.min(now.monotonicUs(), earliestUs);
    if (before.size() > MOST) {
      before.removeLast();
    }
    return true;
  }

  /** The clocks at the latest look. */
  public ClockReading now() {
    return now;
  }

  /** The time that a sample's is by the clock of now, in nanoseconds. */
  public long restatedNs(long timeNs) {
    return before.isEmpty() ? timeNs : restated(timeNs);
  }

  private long restated(long timeNs) {
    long timeUs = Math.floorDiv(timeNs, 1_000L);
    long nowUs = Math.floorDiv(timeline.sinceBootNs(), 1_000L);
    long leastUs = new Span(now.apartUs(), fromUs, nowUs).delayUs(timeUs, nowUs);
    long byUs = 0;
    for (Span span : before) {
      long delayUs = span.delayUs(timeUs, nowUs);
      if (delayUs < leastUs && delayUs <= NEAR_US) {
        leastUs = delayUs;
        byUs = now.apartUs() - span.apartUs;
      }
    }
    return timeNs + byUs * 1_000L;
  }
}
