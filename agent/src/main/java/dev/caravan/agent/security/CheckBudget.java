package dev.caravan.agent.security;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the board's time checking signatures that turn out false may take: a quarter of one core, saved up for a second. A check counts at
 * least {@value #SHORTEST_NS} ns, so there are a thousand a second at most. What comes when nothing is left is dropped unchecked and counted.
 * One thread.
 */
public final class CheckBudget {
  static final long SHORTEST_NS = 250_000L;
  private static final long SAVED_NS = 250_000_000L;
  private static final int SHARE = 4;
  private static final long QUIET_NS = 10_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(CheckBudget.class);

  private final String name;
  private final Timeline timeline;
  private final Counter unchecked;

  private long leftNs = SAVED_NS;
  private long lookedNs;

  // of the run of messages that are dropped
  private final Condition dropped = new Condition();
  private long droppedLatestNs;

  /** {@code name}: of what is checked, in the log; {@code unchecked} counts what is dropped. */
  public CheckBudget(String name, Timeline timeline, Counter unchecked) {
    this.name = name;
    this.timeline = timeline;
    this.unchecked = unchecked;
    this.lookedNs = timeline.monotonicNs();
  }

  /** Whether one more may be checked; counts it if not. */
  public boolean allows() {
    long nowNs = timeline.monotonicNs();
    leftNs = Math.min(SAVED_NS, leftNs + (nowNs - lookedNs) / SHARE);
    lookedNs = nowNs;
    tellEnd(nowNs);
    if (leftNs >= SHORTEST_NS) {
      return true;
    }
    unchecked.increment();
    if (dropped.isNews("dropped")) {
      LOG.warn("{}: more messages with false signatures than may be checked, dropping some", name);
    }
    droppedLatestNs = nowNs;
    return false;
  }

  private void tellEnd(long nowNs) {
    if (dropped.isThere() && nowNs - droppedLatestNs > QUIET_NS) {
      LOG.warn("{}: all messages are checked again: dropped={}", name, dropped.over());
    }
  }

  /** A check took so long and was in vain. */
  public void spent(long ns) {
    leftNs -= Math.max(SHORTEST_NS, ns);
  }
}
