package dev.caravan.agent.source.diagnostic;

/** The far end of requests, one control unit or all: whether it is there. One that is silent is asked less and less. */
final class Unit {
  private static final int SILENCES = 3;
  private static final long FIRST_NS = 1_000_000_000L;

  private final long longestNs;

  // since the vehicle was found
  private boolean hasSpoken;

  // since it last said anything
  private int silences;
  private long asleepUntilNs = Long.MIN_VALUE;

  /** A unit that, when silent, is tried at least so often. */
  Unit(long longestNs) {
    this.longestNs = longestNs;
  }

  /** Whether it has been silent for long enough to be given a rest between requests. */
  boolean isAsleep() {
    return silences >= SILENCES;
  }

  /** No request before this monotonic time. */
  long asleepUntilNs() {
    return asleepUntilNs;
  }

  void silent(long nowNs) {
    silences++;
    if (isAsleep()) {
      asleepUntilNs = nowNs + Math.min(longestNs, FIRST_NS << Math.min(silences - SILENCES, 20));
    }
  }

  /** Whether it has ever answered anything. */
  boolean hasSpoken() {
    return hasSpoken;
  }

  /** It has spoken. */
  void heard() {
    hasSpoken = true;
    awake();
  }

  /** It is to be asked again as if it had never been silent. */
  void awake() {
    silences = 0;
    asleepUntilNs = Long.MIN_VALUE;
  }
}
