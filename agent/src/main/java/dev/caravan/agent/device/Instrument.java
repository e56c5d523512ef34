package dev.caravan.agent.device;

import java.nio.ByteBuffer;

/**
 * What a simulated serial device does and says, in a time of its own that begins with 0: a receiver that talks, a slave
 * that answers. One thread uses one instance; equal instances that hear the same at the same times say the same.
 */
public interface Instrument {
  /** Takes what a device says. */
  interface Voice {
    /**
     * Says one unit (a sentence, an answer, a frame).
     *
     * @param bytes all of it; taken at once
     */
    void say(byte[] bytes);
  }

  /**
   * Bytes that the program at the wire sent, in any portions.
   *
   * @param nowNs not before the last call
   * @param bytes all between position and limit are taken
   */
  void hear(long nowNs, ByteBuffer bytes, Voice voice);

  /**
   * Lets the device go on, and says what is due.
   *
   * @param nowNs not before the last call
   */
  void runUntil(long nowNs, Voice voice);
}
