package dev.caravan.agent.clock;

/** Takes what satellites say of the time. */
@FunctionalInterface
public interface TimeFixes {
  /** Believes nothing. */
  TimeFixes NONE = (utcNs, receivedNs) -> false;

  /**
   * The time of one valid fix.
   *
   * @param utcNs the moment of the fix, epoch nanoseconds UTC
   * @param receivedNs when its first sentence came in, by {@link Timeline#nowNs()}
   * @return whether it is believed, or may be once others confirm it; false if another clock speaks against it
   */
  boolean fix(long utcNs, long receivedNs);
}
