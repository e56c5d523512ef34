package dev.caravan.agent.source.socketcan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What was received in one go: the bytes of each frame as the kernel gave them, its time and how many the kernel had
 * dropped before. One thread; allocates nothing once it is made.
 */
final class Datagrams {
  /** The longest frame and some more, so that one of a wrong size is seen: recvmsg(2) cuts without a word. */
  static final int SLOT_BYTES = 80;

  private final ByteBuffer bytes;
  private final int[] sizes;
  private final long[] stampsNs;
  private final int[] drops;
  private int count;

  Datagrams(int capacity) {
    bytes = ByteBuffer.allocateDirect(capacity * SLOT_BYTES).order(ByteOrder.nativeOrder());
    sizes = new int[capacity];
    stampsNs = new long[capacity];
    drops = new int[capacity];
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == sizes.length;
  }

  /** Where the next frame's bytes go: between position and limit. Anything may be done to both. */
  ByteBuffer next() {
    bytes.clear();
    bytes.position(count * SLOT_BYTES).limit((count + 1) * SLOT_BYTES);
    return bytes;
  }

  /**
   * Counts the frame in whose bytes lie where {@link #next} said.
   *
   * @param sizeBytes of it
   * @param stampNs when it was received, epoch nanoseconds UTC by the kernel's clock; 0 if the kernel did not say
   * @param drops how many frames the socket had lost by then, of 32 bits that wrap around; 0 if none
   */
  void add(int sizeBytes, long stampNs, int drops) {
    sizes[count] = sizeBytes;
    stampsNs[count] = stampNs;
    this.drops[count] = drops;
    count++;
  }

  /** All slots; frame {@code i} begins at {@code i * SLOT_BYTES}. */
  ByteBuffer bytes() {
    bytes.clear();
    return bytes;
  }

  int sizeBytes(int index) {
    return sizes[index];
  }

  long stampNs(int index) {
    return stampsNs[index];
  }

  int drops(int index) {
    return drops[index];
  }
}
