package dev.caravan.agent.device;

/** Takes the frames of a simulated bus, one after the other in the order of time. */
@FunctionalInterface
public interface FrameOut {
  /**
   * One classic data frame with an 11-bit identifier.
   *
   * @param timeNs when it was on the bus, in nanoseconds since the simulation began
   * @param id 0..0x7FF
   * @param payload its bytes from index 0 on; belongs to the caller, who reuses it after the return
   * @param length 0..8 bytes
   */
  void frame(long timeNs, int id, byte[] payload, int length);
}
