package dev.caravan.agent.clock;

import java.util.ArrayDeque;

/**
 * How old things are of which only the time of day was noted, as young as they can be: where the time of day was set forward
 * since, by more than a second, the step does not count, nor does a sleep of the board. One thread.
 */
public final class Ages {
  private static final long STEP_NS = 1_000_000_000L;
  private static final int MOST_STEPS = 16;

  /** A step forward, and the time of day that it began at. */
  private record Step(long fromNs, long byNs) {}

  private final Timeline timeline;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();

  // how far the time of day was from the monotonic clock at the latest look
  private long apartNs;

  /** Ages by a timeline; steps count from now on. */
  public Ages(Timeline timeline) {
    this.timeline = timeline;
    this.apartNs = timeline.nowNs() - timeline.monotonicNs();
  }

  /** How old something is that was made at a time of day, in nanoseconds, at least 0. */
  public long ageNs(long timeNs) {
    long nowNs = timeline.nowNs();
    look(nowNs);
    long ageNs = nowNs - timeNs;
    for (Step step : steps) {
      if (timeNs <= step.fromNs) {
        ageNs -= step.byNs;
      }
    }
    return Math.max(0, ageNs);
  }

  private void look(long nowNs) {
    long apart = nowNs - timeline.monotonicNs();
    long byNs = apart - apartNs;
    apartNs = apart;
    if (byNs > STEP_NS) {
      steps.add(new Step(nowNs - byNs, byNs));
      if (steps.size() > MOST_STEPS) {
        Step first = steps.remove();
        Step second = steps.remove();
        steps.addFirst(new Step(second.fromNs, first.byNs + second.byNs));
      }
    }
  }
}
