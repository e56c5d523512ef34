package dev.caravan.agent.encode.telemetry;

import dev.caravan.agent.clock.Timeline;
import java.util.ArrayDeque;

/**
 * Which reading of the clocks a time was stamped by. A sample may come here after the time of day was set and have been stamped
 * before; its time is told anew, by the clock as it was set, so that all times of a message are by the one reading that the
 * message has.
 *
 * <p>A time is taken for one of before only if it is at most {@value #NEAR_US} us from a moment that the clock of then showed, and further from what
 * the clock of now has shown; so those of a log are left as they are. The pipeline's thread calls all methods.
 */
final class ClockSpans {
  private static final long NEAR_US = 10_000_000L;

  /** What was stamped so long ago has come. */
  private static final long KEPT_US = 60_000_000L;

  private static final int MOST = 8;

  /** The clocks from one moment to another by the monotonic one. */
  private record Span(long apartUs, long fromUs, long untilUs) {
    /** How far a time is from all that the clock showed then. */
    long distanceUs(long timeUs) {
      return Math.max(0, Math.max(apartUs + fromUs - timeUs, timeUs - apartUs - untilUs));
    }
  }

  private final Timeline timeline;
  private final ArrayDeque<Span> before = new ArrayDeque<>();
  private ClockReading now;
  private long fromUs;

  ClockSpans(Timeline timeline) {
    this.timeline = timeline;
    this.now = ClockReading.of(timeline);
    this.fromUs = now.monotonicUs();
  }

  /** Looks at the clocks; whether the time of day was set since the look before. */
  boolean look() {
    ClockReading latest = now;
    now = ClockReading.of(timeline);
    while (!before.isEmpty() && now.monotonicUs() - before.getLast().untilUs > KEPT_US) {
      before.removeLast();
    }
    if (!now.isSetSince(latest)) {
      return false;
    }
    before.addFirst(new Span(latest.apartUs(), fromUs, now.monotonicUs()));
    fromUs = now.monotonicUs();
    if (before.size() > MOST) {
      before.removeLast();
    }
    return true;
  }

  /** The clocks at the latest look. */
  ClockReading now() {
    return now;
  }

  /** The time that a sample's is by the clock of now, in nanoseconds. */
  long restatedNs(long timeNs) {
    return before.isEmpty() ? timeNs : restated(timeNs);
  }

  private long restated(long timeNs) {
    long timeUs = Math.floorDiv(timeNs, 1_000L);
    long nowUs = Math.floorDiv(timeline.sinceBootNs(), 1_000L);
    long nearestUs = new Span(now.apartUs(), fromUs, nowUs).distanceUs(timeUs);
    long byUs = 0;
    for (Span span : before) {
      long distanceUs = span.distanceUs(timeUs);
      if (distanceUs < nearestUs && distanceUs <= NEAR_US) {
        nearestUs = distanceUs;
        byUs = now.apartUs() - span.apartUs;
      }
    }
    return timeNs + byUs * 1_000L;
  }
}
