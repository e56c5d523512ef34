package dev.caravan.agent.clock;

/**
 * The agent's time: nanoseconds since 1970-01-01T00:00:00 UTC. They run backwards only where the time of day is set back, by more
 * than a second; then at once, so that what was wrong is right again.
 *
 * <p>Safe from any thread. The system clock is never set by the agent.
 */
public interface Timeline {
  /** Epoch nanoseconds, UTC; less than an earlier answer only where the time of day was set back, then by more than a second. */
  long nowNs();

  /** Nanoseconds of a clock that only runs forward at an even rate; its zero means nothing. */
  long monotonicNs();

  /**
   * As {@link #monotonicNs()}, but it also counts while the board sleeps: what relates times of day to each other. Waits and
   * ages go by the other one.
   */
  default long sinceBootNs() {
    return monotonicNs();
  }

  /** Where the time of day comes from. */
  TimeOrigin origin();

  /** How far {@link #nowNs()} may be off, in nanoseconds; {@link Long#MAX_VALUE} where nothing is known. */
  long errorNs();
}
