package dev.caravan.agent.clock;

import java.util.ArrayList;
import java.util.List;

/**
 * How old things are of which only the time of day was noted, as young as they can be: where the time of day was set since,
 * by more than a second, the step does not count, nor does a sleep of the board. One thread.
 */
public final class Ages {
  private static final long STEP_NS = 1_000_000_000L;
  private static final int MOST_STEPS = 16;

  /** The time of day went from one to another at once, seen some time later; or it did so more often, and by so much in all. */
  private record Step(long fromNs, long toNs, long byNs) {}

  private final Timeline timeline;
  private final List<Step> steps = new ArrayList<>();

  // at the latest look: the monotonic clock, and how far the time of day was from it
  private long lookedNs;
  private long apartNs;

  /** Ages by a timeline; steps count from now on. */
  public Ages(Timeline timeline) {
    this.timeline = timeline;
    this.lookedNs = timeline.monotonicNs();
    this.apartNs = timeline.nowNs() - lookedNs;
  }

  /** How old something is that was made at a time of day, in nanoseconds, at least 0. */
  public long ageNs(long timeNs) {
    long nowNs = timeline.nowNs();
    look(nowNs);
    return Math.max(0, nowNs - timeNs - steppedSince(timeNs, nowNs));
  }

  /** What the steps come to since the latest time at which it was that time of day; 0 if it never was. */
  private long steppedSince(long timeNs, long nowNs) {
    long steppedNs = 0;
    long untilNs = nowNs;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (timeNs >= step.toNs && timeNs <= untilNs) {
        return steppedNs;
      }
      steppedNs += step.byNs;
      untilNs = step.fromNs;
    }
    return timeNs <= untilNs ? steppedNs : 0;
  }

  private void look(long nowNs) {
    long monotonicNs = timeline.monotonicNs();
    long sinceNs = monotonicNs - lookedNs;
    long byNs = nowNs - monotonicNs - apartNs;
    lookedNs = monotonicNs;
    apartNs += byNs;
    if (Math.abs(byNs) > STEP_NS) {
      steps.add(new Step(nowNs - byNs, nowNs - sinceNs, byNs));
      if (steps.size() > MOST_STEPS) {
        Step first = steps.remove(0);
        Step second = steps.remove(0);
        steps.add(0, new Step(second.fromNs, second.toNs, first.byNs + second.byNs));
      }
    }
  }
}
