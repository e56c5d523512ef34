package dev.caravan.agent.clock;

import java.util.random.RandomGenerator;

/**
 * Growing waits between attempts: from a first wait, doubling to a longest, each shortened by a random part of up to a
 * half, so that many agents do not come back in step. One thread uses one instance.
 */
public final class Backoff {
  private final long firstNs;
  private final long longestNs;
  private final RandomGenerator random;

  // since the last success
  private long nextNs;

  /** Waits from {@code firstNs} to {@code longestNs} nanoseconds. */
  public Backoff(long firstNs, long longestNs, RandomGenerator random) {
    if (firstNs <= 0 || longestNs < firstNs) {
      throw new IllegalArgumentException(
          "backoff: firstNs=" + firstNs + ", longestNs=" + longestNs);
    }
    this.firstNs = firstNs;
    this.longestNs = longestNs;
    this.random = random;
    this.nextNs = firstNs;
  }

  /** The wait before the next attempt, in nanoseconds; doubles for the attempt after. */
  public long nextNs() {
    long fullNs = nextNs;
    nextNs = fullNs > longestNs / 2 ? longestNs : fullNs * 2;
    return fullNs - random.nextLong(fullNs / 2 + 1);
  }

  /** Starts anew after a success. */
  public void reset() {
    nextNs = firstNs;
  }
}
