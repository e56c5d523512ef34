package dev.caravan.agent.encode;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.wire.LedgerCounts;
import org.jspecify.annotations.Nullable;

/** The ledger of one route: what was counted before this start of the agent, plus what its counters say. The pipeline's thread. */
public final class LedgerBook {
  private static final long TELL_NS = 10_000_000_000L;

  private final Health health;
  private final long nextNs;
  private final Counter withheld;
  private final Counter sent;
  private final Counter samplesEvicted;
  private final Counter batchesEvicted;
  private final Counter samplesDamaged;
  private final Counter batchesDamaged;
  private final Counter samplesUnheard;
  private final Counter batchesUnheard;
  private final Counter samplesRejected;
  private final Counter batchesRejected;
  private final Counter samplesFormerlyEvicted;
  private final Counter batchesFormerlyEvicted;
  private final Counter samplesFormerlyRejected;
  private final Counter batchesFormerlyRejected;

  // of the latest that was told
  private @Nullable LedgerCounts told;
  private long toldNs;

  // before this start
  private LedgerCounts before = LedgerCounts.NONE;

  /** {@code nextNs}: the next batch comes so much later, about, as long as samples come. */
  public LedgerBook(Health health, String route, long nextNs) {
    this.health = health;
    this.nextNs = nextNs;
    this.withheld = health.counter(SharedMetrics.SHAPE_WITHHELD, route);
    this.sent = health.counter(SharedMetrics.ENCODE_SAMPLES, route);
    this.samplesEvicted = health.counter(SharedMetrics.STORE_EVICTED, route);
    this.batchesEvicted = health.counter(SharedMetrics.STORE_EVICTED_BATCHES, route);
    this.samplesDamaged = health.counter(SharedMetrics.STORE_CORRUPT_REPORTS, route);
    this.batchesDamaged = health.counter(SharedMetrics.STORE_CORRUPT, route);
    this.samplesUnheard = health.counter(SharedMetrics.UPLINK_UNHEARD_REPORTS, route);
    this.batchesUnheard = health.counter(SharedMetrics.UPLINK_UNHEARD, route);
    this.samplesRejected = health.counter(SharedMetrics.UPLINK_REJECTED, route);
    this.batchesRejected = health.counter(SharedMetrics.UPLINK_REJECTED_BATCHES, route);
    this.samplesFormerlyEvicted = health.counter(SharedMetrics.STORE_FORMER_EVICTED, route);
    this.batchesFormerlyEvicted = health.counter(SharedMetrics.STORE_FORMER_EVICTED_BATCHES, route);
    this.samplesFormerlyRejected = health.counter(SharedMetrics.STORE_FORMER_REJECTED, route);
    this.batchesFormerlyRejected =
        health.counter(SharedMetrics.STORE_FORMER_REJECTED_BATCHES, route);
  }

  public void continueFrom(LedgerCounts newest) {
    before = newest;
  }

  /** So much was lost before this start at least, and so many samples more were sent. */
  public void lostBefore(Losses lost, long samplesBehind) {
    before = atLeast(before.withSent(before.samplesSent() + samplesBehind), lost);
  }

  /** Counts that tell no less than what was lost. */
  public static LedgerCounts atLeast(LedgerCounts counts, Losses lost) {
    return counts.withLost(
        Math.max(counts.samplesEvicted(), lost.reportsEvicted()),
        Math.max(counts.batchesEvicted(), lost.bodiesEvicted()),
        Math.max(counts.samplesRejected(), lost.reportsRejected()),
        Math.max(counts.batchesRejected(), lost.bodiesRejected()));
  }

  /** Samples that no batch tells. */
  public void withhold(int samples) {
    withheld.add(samples);
  }

  /** A batch that was counted as sent could not be made. */
  public void giveUp(int samples) {
    samplesEvicted.add(samples);
  }

  /** Goes on from a ledger of another stream, what counted so far apart. */
  public void goOn(LedgerCounts newest, LedgerCounts sofar) {
    LedgerCounts rest = newest.minus(sofar);
    before = rest.withSent(rest.samplesSent());
    tellNext();
  }

  /** The next one is told in any case. */
  public void tellNext() {
    told = null;
  }

  /**
   * Whether counts are to be told now: they are the first, more was lost than was told, or {@value #TELL_NS} ns would have passed
   * when the next are. They are told then.
   */
  public boolean isToBeTold(LedgerCounts counts, long sinceBootNs) {
    LedgerCounts before = told;
    if (before != null
        && sinceBootNs - toldNs < TELL_NS - nextNs
        && !counts.tellsMoreLossThan(before)) {
      return false;
    }
    told = counts;
    toldNs = sinceBootNs;
    return true;
  }

  /** Counts samples as sent, then tells the ledger with them in it. */
  public LedgerCounts send(int samples) {
    sent.add(samples);
    return before.plus(counted());
  }

  /** What was counted since the start. */
  public LedgerCounts counted() {
    return new LedgerCounts(
        health.total(SharedMetrics.SOURCE_FRAMES),
        health.total(SharedMetrics.SOURCE_OVERRUN),
        health.total(SharedMetrics.SOURCE_MALFORMED),
        health.total(SharedMetrics.INBOX_DROPPED) + health.total(SharedMetrics.FRAMES_GIVEN_UP),
        health.total(SharedMetrics.DECODE_UNKNOWN),
        health.total(SharedMetrics.DECODE_SAMPLES),
        withheld.value(),
        sent.value(),
        ofThisStream(
            samplesEvicted.value() + samplesDamaged.value() + samplesUnheard.value(),
            samplesFormerlyEvicted),
        ofThisStream(
            batchesEvicted.value() + batchesDamaged.value() + batchesUnheard.value(),
            batchesFormerlyEvicted),
        ofThisStream(samplesRejected.value(), samplesFormerlyRejected),
        ofThisStream(batchesRejected.value(), batchesFormerlyRejected));
  }

  /** Former ones are counted first, so that while another thread counts no loss is told that was none. */
  private static long ofThisStream(long lost, Counter formerly) {
    return Math.max(0, lost - formerly.value());
  }
}
