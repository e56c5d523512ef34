package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import java.util.ArrayDeque;

/**
 * Tells which entries are older than allowed without trusting the time of day more than it deserves: an entry is held
 * to be as young as it can be.
 *
 * <p>Entries of this run age by the monotonic clock, whatever the time of day does; they may be found too old late, by
 * 1/64 of the allowed age. Entries of earlier runs age by their stored time, but only if it was known how far the time of day may be off
 * ({@link Timeline#errorNs()}) when they were stored and is known now, and now is at most 366 days after the newest of
 * them; until then they age by the monotonic clock from the opening on.
 *
 * <p>Guarded by the queue's lock.
 */
final class EntryAge {
  private static final long PLAUSIBLE_NS = 366L * 86_400 * 1_000_000_000;
  private static final int MARKS = 64;

  private record Mark(long sequence, long monotonicNs) {}

  private final Timeline timeline;
  private final long maxAgeNs;
  private final long openedNs;
  private final long earlierThrough;
  private final long earlierNewestNs;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();

  // once the time of day can be trusted
  private boolean anchored;
  private long anchorNs;
  private long anchorMonotonicNs;

  /**
   * Ages in a queue that was just opened.
   *
   * @param maxAgeNs 0 = no limit
   * @param earlierThrough highest sequence of earlier runs
   * @param earlierNewestNs when that entry was stored
   */
  EntryAge(Timeline timeline, long maxAgeNs, long earlierThrough, long earlierNewestNs) {
    this.timeline = timeline;
    this.maxAgeNs = maxAgeNs;
    this.openedNs = timeline.monotonicNs();
    this.earlierThrough = earlierThrough;
    this.earlierNewestNs = earlierNewestNs;
  }

  boolean isLimited() {
    return maxAgeNs > 0;
  }

  /** An entry was appended now. */
  void appended(long sequence) {
    if (maxAgeNs > 0) {
      long nowNs = timeline.monotonicNs();
      if (marks.isEmpty() || nowNs - marks.getLast().monotonicNs >= maxAgeNs / MARKS) {
        marks.add(new Mark(sequence, nowNs));
      }
    }
  }

  /** Whether the oldest entry, or one near it, is too old; asked in rising order. */
  boolean isTooOld(long sequence, long timeNs, boolean clockKnown) {
    if (maxAgeNs <= 0) {
      return false;
    }
    return sequence <= earlierThrough
        ? ageOfEarlierNs(timeNs, clockKnown) > maxAgeNs
        : isOwnTooOld(sequence);
  }

  private boolean isOwnTooOld(long sequence) {
    Mark mark = marks.peek();
    while (marks.size() > 1 && second().sequence <= sequence) {
      marks.poll();
      mark = marks.peek();
    }
    if (mark == null || mark.sequence > sequence) {
      return false;
    }
    long slackNs = mark.sequence == sequence ? 0 : maxAgeNs / MARKS;
    return timeline.monotonicNs() - mark.monotonicNs > maxAgeNs + slackNs;
  }

  private Mark second() {
    var each = marks.iterator();
    each.next();
    return each.next();
  }

  private long ageOfEarlierNs(long timeNs, boolean clockKnown) {
    long monotonicNs = timeline.monotonicNs();
    if (!anchored && timeline.errorNs() != Long.MAX_VALUE) {
      long nowNs = timeline.nowNs();
      anchored = nowNs >= earlierNewestNs && nowNs - earlierNewestNs <= PLAUSIBLE_NS;
      anchorNs = nowNs;
      anchorMonotonicNs = monotonicNs;
    }
    long runningNs = monotonicNs - openedNs;
    return anchored && clockKnown
        ? Math.max(runningNs, anchorNs - timeNs + monotonicNs - anchorMonotonicNs)
        : runningNs;
  }
}
