package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Backoff;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: 0.5 s doubling to 1.5 s where time may mend it; 5 s doubling to 2 min
 * where the far side is busy; 30 s doubling to 10 min where it refuses what a person has to change. Each is shortened at random by up to a half. One thread uses one
 * instance.
 */
public final class Patience {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long FIRST_NS = SECOND_NS / 2;
  private static final long LONGEST_NS = 3 * SECOND_NS / 2;
  private static final long BUSY_FIRST_NS = 5 * SECOND_NS;
  private static final long BUSY_LONGEST_NS = 120 * SECOND_NS;
  private static final long REFUSED_FIRST_NS = 30 * SECOND_NS;
  private static final long REFUSED_LONGEST_NS = 600 * SECOND_NS;

  private final Backoff passing;
  private final Backoff busy;
  private final Backoff refused;

  /** Patience that has not been tried yet. */
  public Patience(RandomGenerator random) {
    this(
        new Backoff(FIRST_NS, LONGEST_NS, random),
        new Backoff(BUSY_FIRST_NS, BUSY_LONGEST_NS, random),
        new Backoff(REFUSED_FIRST_NS, REFUSED_LONGEST_NS, random));
  }

  Patience(Backoff passing, Backoff busy, Backoff refused) {
    this.passing = passing;
    this.busy = busy;
    this.refused = refused;
  }

  /**
   * The wait after an attempt that failed, in nanoseconds; a {@link BusyException} is waited out for seconds, a {@link
   * RefusedException} for minutes.
   */
  public long nextNs(Throwable why) {
    if (why instanceof RefusedException) {
      return refused.nextNs();
    }
    return why instanceof BusyException ? busy.nextNs() : passing.nextNs();
  }

  /** Starts anew after a success. */
  public void reset() {
    passing.reset();
    busy.reset();
    refused.reset();
  }
}
