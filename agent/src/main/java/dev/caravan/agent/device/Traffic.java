package dev.caravan.agent.device;

/**
 * The traffic of a simulated bus, in a time of its own that begins with 0. One thread uses one instance; equal
 * instances asked for equal times give equal frames.
 */
public interface Traffic {
  /** Bit rate of the bus in bit/s; an adapter set to another one receives nothing. */
  int bitrate();

  /**
   * Lets the simulation run on and gives out every frame it puts on the bus.
   *
   * @param untilNs up to this time, exclusive, in nanoseconds since the simulation began; an earlier time than before
   *     changes nothing
   */
  void runUntil(long untilNs, FrameOut out);

  /**
   * A frame that the program at the wire puts on the bus, heard by everyone there. What the bus answers comes out of
   * {@link #runUntil}.
   *
   * @param timeNs not before the last {@link #runUntil}
   */
  default void hear(long timeNs, int id, int flags, byte[] payload, int length) {}
}
