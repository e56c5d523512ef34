package dev.caravan.agent.clock;

import java.util.function.LongSupplier;

/**
 * Two clocks at one moment. A thread may be held up between two looks, by tens of milliseconds on a busy board, and what is taken for
 * one moment is then two; so the second clock is read before and after the first, and whoever was held up reads them again: the closest
 * of a few pairs counts.
 *
 * <p>One thread; allocates nothing but itself.
 */
public final class ClockPair {
  private static final long CLOSE_NS = 100_000L;
  private static final int MOST_TRIES = 5;

  private final LongSupplier first;
  private final LongSupplier second;

  // at the latest reading
  private long firstNs;
  private long secondNs;

  /** A pair of clocks that is not read yet, each in nanoseconds. */
  public ClockPair(LongSupplier first, LongSupplier second) {
    this.first = first;
    this.second = second;
  }

  /** Reads both. @return this pair */
  public ClockPair read() {
    long closestNs = Long.MAX_VALUE;
    for (int tries = 0; tries < MOST_TRIES && closestNs > CLOSE_NS; tries++) {
      long beforeNs = second.getAsLong();
      long betweenNs = first.getAsLong();
      long tookNs = Math.abs(second.getAsLong() - beforeNs);
      if (tookNs < closestNs) {
        closestNs = tookNs;
        firstNs = betweenNs;
        secondNs = beforeNs + tookNs / 2;
      }
    }
    return this;
  }

  /** The first clock at the latest reading. */
  public long firstNs() {
    return firstNs;
  }

  /** The second clock at the latest reading. */
  public long secondNs() {
    return secondNs;
  }
}
