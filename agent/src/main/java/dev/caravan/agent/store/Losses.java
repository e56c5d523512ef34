package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a queue lost, and says once when a run of losses begins and how many there were when it is over.
 *
 * <p>Guarded by the queue's lock.
 */
final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final long QUIET_NS = 60_000_000_000L;

  private final String route;
  private final Timeline timeline;
  private final Counter evicted;
  private final Counter evictedBatches;
  private final Counter corrupt;
  private final Counter corruptReports;

  // since the queue was made
  private Lost lost;

  // while a run of evictions goes on
  private boolean evicting;
  private long runReports;
  private long runBatches;
  private long latestNs;

  Losses(String route, Lost before, Timeline timeline, Health health) {
    this.lost = before;
    this.route = route;
    this.timeline = timeline;
    this.evicted = health.counter(SharedMetrics.STORE_EVICTED, route);
    this.evictedBatches = health.counter(SharedMetrics.STORE_EVICTED_BATCHES, route);
    this.corrupt = health.counter(SharedMetrics.STORE_CORRUPT, route);
    this.corruptReports = health.counter(SharedMetrics.STORE_CORRUPT_REPORTS, route);
  }

  void evicted(long batches, long reports, String why) {
    if (batches <= 0) {
      return;
    }
    evicted.add(Math.max(0, reports));
    evictedBatches.add(batches);
    lost = lost.andEvicted(batches, Math.max(0, reports));
    runReports += Math.max(0, reports);
    runBatches += batches;
    latestNs = timeline.monotonicNs();
    if (!evicting) {
      evicting = true;
      LOG.warn("{}: losing entries: {}", route, why);
    }
  }

  /** Entries that cannot be read any more; {@code reports} is 0 where that is not known. */
  void corrupt(long from, long through, long reports, String where) {
    corrupt.add(through - from + 1);
    corruptReports.add(Math.max(0, reports));
    lost = lost.andEvicted(through - from + 1, Math.max(0, reports));
    LOG.warn(
        "{}: damaged entries passed over: sequence={}..{}, reports={}, file={}",
        route,
        from,
        through,
        reports > 0 ? Long.toString(reports) : "not known",
        where);
  }

  /** Entries that were sent and are removed undelivered; whoever sent them counts and says so. */
  void undelivered(Lost more) {
    lost = lost.and(more);
  }

  /** Since the queue was made. */
  Lost lost() {
    return lost;
  }

  /** Called now and then: ends a run of evictions after a quiet minute. */
  void settle() {
    if (evicting && timeline.monotonicNs() - latestNs >= QUIET_NS) {
      end();
    }
  }

  void end() {
    if (evicting) {
      LOG.warn("{}: lost: batches={}, reports={}", route, runBatches, runReports);
      evicting = false;
      runReports = 0;
      runBatches = 0;
    }
  }
}
