package dev.caravan.agent.source;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is lost, and logs what begins a run of losses, each kind of it once, and when it has ended. One thread. */
public final class LossRun {
  private static final Logger LOG = LoggerFactory.getLogger(LossRun.class);

  /** A run has ended when nothing was lost for so long. */
  private static final long PAUSE_NS = 10_000_000_000L;

  private final String source;
  private final String what;
  private final Counter counter;
  private final Timeline timeline;

  // a run
  private final Condition losses = new Condition();
  private long latestNs;

  /**
   * A run that has not begun.
   *
   * @param source its name, for the log
   * @param counter of what is lost
   * @param what is lost, for the log: {@code malformed frames}
   */
  public LossRun(String source, String what, Counter counter, Timeline timeline) {
    this.source = source;
    this.what = what;
    this.counter = counter;
    this.timeline = timeline;
  }

  /** So many were lost; each reason is said once a run. */
  public void lost(long lost, String why) {
    lost(lost, why, () -> why);
  }

  /** As the other; {@code shown} gives the first of its kind in words. */
  public void lost(long lost, String why, Supplier<String> shown) {
    counter.add(lost);
    latestNs = timeline.monotonicNs();
    if (losses.isNews(why, lost)) {
      LOG.warn("{}: {}, first: {}", source, what, shown.get());
    }
  }

  /** Ends a run that had nothing to count for a while. */
  public void tick() {
    if (losses.isThere() && timeline.monotonicNs() - latestNs > PAUSE_NS) {
      end();
    }
  }

  /** Ends the run, if there is one. */
  public void end() {
    long count = losses.over();
    if (count > 0) {
      LOG.warn("{}: {} came to an end, count={}", source, what, count);
    }
  }
}
