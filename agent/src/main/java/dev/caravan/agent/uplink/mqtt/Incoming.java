package dev.caravan.agent.uplink.mqtt;

import java.util.concurrent.TimeUnit;

/**
 * How many messages a connection has brought: counted where their bytes are read, and where they are handed over. Between
 * the two Paho keeps them in a queue that it forgets when the connection ends.
 *
 * <p>Bytes are read by one thread, messages handed over by another.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901020">MQTT 5, 2.1.1</a>
 */
final class Incoming {
  private static final int PUBLISH = 3;

  // of the packet whose bytes are being read
  private boolean isPublish;
  private boolean isInLength;
  private int lengthShift;
  private long bytesLeft;

  // guarded by this
  private long waiting;

  /** Takes the next bytes of the stream. */
  void read(byte[] bytes, int from, int count) {
    int end = from + count;
    for (int at = from; at < end; at++) {
      if (isInLength) {
        bytesLeft |= (long) (bytes[at] & 0x7F) << lengthShift;
        lengthShift += 7;
        isInLength = bytes[at] < 0;
      } else if (bytesLeft > 0) {
        int taken = (int) Math.min(bytesLeft, end - at);
        bytesLeft -= taken;
        at += taken - 1;
      } else {
        isPublish = (bytes[at] & 0xF0) >> 4 == PUBLISH;
        isInLength = true;
        lengthShift = 0;
      }
      if (isPublish && !isInLength && bytesLeft == 0) {
        isPublish = false;
        count();
      }
    }
  }

  private synchronized void count() {
    waiting++;
  }

  synchronized void handedOver() {
    waiting--;
    notifyAll();
  }

  /** How many messages were read and are not handed over. */
  synchronized long waiting() {
    return waiting;
  }

  /** Waits until all that was read is handed over, at most so long. */
  synchronized void awaitHandedOver(long atMostMs) {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMs);
    long leftMs = atMostMs;
    try {
      while (waiting > 0 && leftMs > 0) {
        wait(leftMs);
        leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
