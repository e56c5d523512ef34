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

  private final Counter formerEvicted;
  private final Counter formerEvictedBatches;
  private final Counter formerRejected;
  private final Counter formerRejectedBatches;

  // since the queue was made, but for those of streams that had ended
  private Lost lost;

  // the sequence that the current stream begins with
  private long currentFrom;

  // while a run of evictions goes on
  private boolean evicting;
  private long runReports;
  private long runBatches;
  private long latestNs;

  Losses(String route, Lost before, long currentFrom, Timeline timeline, Health health) {
    this.lost = before;
    this.currentFrom = currentFrom;
    this.route = route;
    this.timeline = timeline;
    this.evicted = health.counter(SharedMetrics.STORE_EVICTED, route);
    this.evictedBatches = health.counter(SharedMetrics.STORE_EVICTED_BATCHES, route);
    this.corrupt = health.counter(SharedMetrics.STORE_CORRUPT, route);
    this.corruptReports = health.counter(SharedMetrics.STORE_CORRUPT_REPORTS, route);
    this.formerEvicted = health.counter(SharedMetrics.STORE_FORMER_EVICTED, route);
    this.formerEvictedBatches = health.counter(SharedMetrics.STORE_FORMER_EVICTED_BATCHES, route);
    this.formerRejected = health.counter(SharedMetrics.STORE_FORMER_REJECTED, route);
    this.formerRejectedBatches = health.counter(SharedMetrics.STORE_FORMER_REJECTED_BATCHES, route);
  }

  /** No entry of the queue is of the stream that is written now. */
  void streamEnds() {
    currentFrom = Long.MAX_VALUE;
  }

  /** Whether an entry belongs to a stream that has ended: what is lost of that is in no ledger of the current one. */
  boolean isFormer(long sequence) {
    return sequence < currentFrom;
  }

  private void add(long sequence, Lost more) {
    if (!isFormer(sequence)) {
      lost = lost.and(more);
      return;
    }
    // before what it is taken off is counted
    formerEvicted.add(more.reportsEvicted());
    formerEvictedBatches.add(more.entriesEvicted());
    formerRejected.add(more.reportsRejected());
    formerRejectedBatches.add(more.entriesRejected());
  }

  /** {@code sequence} is of one of them; all are of one stream. */
  void evicted(long sequence, long batches, long reports, String why) {
    if (batches <= 0) {
      return;
    }
    add(sequence, new Lost(batches, Math.max(0, reports), 0, 0));
    evicted.add(Math.max(0, reports));
    evictedBatches.add(batches);
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
    long former = Math.max(0, Math.min(through + 1, currentFrom) - from);
    if (former > 0) {
      add(from, new Lost(former, Math.max(0, reports), 0, 0));
    }
    long current = through - from + 1 - former;
    if (current > 0) {
      add(through, new Lost(current, former > 0 ? 0 : Math.max(0, reports), 0, 0));
    }
    corrupt.add(through - from + 1);
    corruptReports.add(Math.max(0, reports));
    LOG.warn(
        "{}: damaged entries passed over: sequence={}..{}, reports={}, file={}",
        route,
        from,
        through,
        reports > 0 ? Long.toString(reports) : "not known",
        where);
  }

  /** An entry that was sent is removed undelivered; whoever sent it counts and says so. */
  void undelivered(long sequence, Lost more) {
    add(sequence, more);
  }

  /** Since the queue was made, but for those of streams that had ended. */
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
