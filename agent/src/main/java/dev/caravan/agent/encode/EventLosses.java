package dev.caravan.agent.encode;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;

/**
 * How many events of one route the store has evicted and the far side rejected, counted under the part {@link Format#eventsOf
 * ROUTE.events}: before this start of the agent, and since. The pipeline's thread.
 */
public final class EventLosses {
  /** How many were lost. */
  public record Told(long evicted, long rejected) {
    /** No less than that. */
    public Told atLeast(Losses lost) {
      return new Told(
          Math.max(evicted, lost.bodiesEvicted()), Math.max(rejected, lost.bodiesRejected()));
    }
  }

  private final Counter evicted;
  private final Counter damaged;
  private final Counter unheard;
  private final Counter rejected;
  private final Counter formerlyEvicted;
  private final Counter formerlyRejected;

  // before this start
  private Told before = new Told(0, 0);

  /** Of a route. */
  public EventLosses(Health health, String route) {
    String part = Format.eventsOf(route);
    this.evicted = health.counter(SharedMetrics.STORE_EVICTED_BATCHES, part);
    this.damaged = health.counter(SharedMetrics.STORE_CORRUPT, part);
    this.unheard = health.counter(SharedMetrics.UPLINK_UNHEARD, part);
    this.rejected = health.counter(SharedMetrics.UPLINK_REJECTED_BATCHES, part);
    this.formerlyEvicted = health.counter(SharedMetrics.STORE_FORMER_EVICTED_BATCHES, part);
    this.formerlyRejected = health.counter(SharedMetrics.STORE_FORMER_REJECTED_BATCHES, part);
  }

  /** What the newest event says is the base of the new ones. */
  public void continueFrom(Told newest) {
    before = newest;
  }

  /** So much was lost before this start at least. */
  public void lostBefore(Losses lost) {
    before = before.atLeast(lost);
  }

  /** Goes on from what another stream tells, what counted so far apart. */
  public void goOn(Told newest, Told sofar) {
    before = new Told(newest.evicted - sofar.evicted, newest.rejected - sofar.rejected);
  }

  /** One could not be made. */
  public void giveUp() {
    evicted.increment();
  }

  /** Those of this stream since the start; former ones are counted first, so that while another thread counts no loss is told that was none. */
  public Told counted() {
    long lost = evicted.value() + damaged.value() + unheard.value();
    long refused = rejected.value();
    return new Told(
        Math.max(0, lost - formerlyEvicted.value()),
        Math.max(0, refused - formerlyRejected.value()));
  }

  /** All of this stream. */
  public Told told() {
    Told now = counted();
    return new Told(before.evicted + now.evicted, before.rejected + now.rejected);
  }
}
