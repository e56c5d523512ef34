package dev.caravan.agent.signal;

/** How far a sample may be believed. The order is that of the wire, {@code caravan.v1.Quality}. */
public enum Quality {
  /** Measured and valid. */
  OK,
  /** The sender says that it has no value (SNA). */
  NOT_AVAILABLE,
  /** The sender says that the sensor or function has failed. */
  ERROR,
  /** Outside the range that the signal's definition allows. */
  OUT_OF_RANGE,
  /** Not renewed in time; there is no value. */
  STALE,
  /** Filled in by something other than the sensor. */
  SUBSTITUTED,
  /** What came could not be understood; there is no value. */
  UNDECODABLE;

  /** Whether a sample of this quality has a value; otherwise its value is that of the raw bits that said so, or 0. */
  public boolean hasValue() {
    return this == OK || this == OUT_OF_RANGE || this == SUBSTITUTED;
  }
}
