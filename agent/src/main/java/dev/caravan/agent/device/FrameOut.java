package dev.caravan.agent.device;

/** Takes the frames of a simulated bus, one after the other in the order of time. */
@FunctionalInterface
public interface FrameOut {
  /** A 29-bit identifier. */
  int EXTENDED = 1;

  /** CAN FD, up to 64 bytes. */
  int FD = 1 << 2;

  /** CAN FD with the payload at the faster bit rate. */
  int BIT_RATE_SWITCH = 1 << 3;

  /**
   * One data frame.
   *
   * @param timeNs when it was on the bus, in nanoseconds since the simulation began
   * @param id 0..0x7FF, or 0..0x1FFFFFFF with {@link #EXTENDED}
   * @param flags an or of the constants here
   * @param payload its bytes from index 0 on; belongs to the caller, who reuses it after the return
   * @param length 0..8 bytes, with {@link #FD} one of the lengths up to 64
   */
  void frame(long timeNs, int id, int flags, byte[] payload, int length);
}
