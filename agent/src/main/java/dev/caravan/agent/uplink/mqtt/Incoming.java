package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What a connection has brought, looked at where its bytes are read, before Paho makes packets of them.
 *
 * <p>How many messages: counted there, and where they are handed over. Between the two Paho keeps them in a queue that it
 * forgets when the connection ends. How large a packet is: before Paho makes room for it. The latest reason: Paho keeps
 * those to itself that it does not know.
 *
 * <p>Bytes are read by one thread, messages handed over by another.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901020">MQTT 5, 2.1.1</a>
 */
final class Incoming {
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int SUBACK = 9;
  private static final int DISCONNECT = 14;
  private static final long RECENT_NS = 2_000_000_000L;
  private static final int LONGEST_SHIFT = 21;

  private volatile long mostBytes = Long.MAX_VALUE;
  private volatile int reason;
  private volatile boolean isAnswered;
  private volatile boolean isShort;

  // when bytes of a message came the latest time, 0 for never
  private volatile long messageNs;

  // of the packet whose bytes are being read
  private int type;
  private boolean isInLength;
  private int lengthShift;
  private long bytesLeft;
  // how many bytes until that of its reason; negative behind it
  private int reasonIn;

  // guarded by this
  private long waiting;

  /** From now on no packet may be larger, without its first byte and its length. */
  void bound(long bytes) {
    mostBytes = bytes;
  }

  /** The reason code of the latest CONNACK, PUBACK or DISCONNECT that had one, or SUBACK that refuses; 0 before any. */
  int reason() {
    return reason;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @throws UnreadableException if a packet begins that is larger than bound, or has no length
   */
  void read(byte[] bytes, int from, int count) throws IOException {
    int end = from + count;
    for (int at = from; at < end; at++) {
      if (isInLength) {
        length(bytes[at]);
      } else if (bytesLeft > 0) {
        int taken = (int) Math.min(bytesLeft, end - at);
        if (reasonIn >= 0 && reasonIn < taken) {
          told(bytes[at + reasonIn] & 0xFF);
        }
        reasonIn -= taken;
        bytesLeft -= taken;
        at += taken - 1;
      } else {
        type = (bytes[at] & 0xF0) >> 4;
        reasonIn = reasonAt(type);
        isInLength = true;
        lengthShift = 0;
      }
      if (type == PUBLISH && !isInLength) {
        messageNs = System.nanoTime();
      }
      if (type == PUBLISH && !isInLength && bytesLeft == 0) {
        type = 0;
        count();
      }
    }
  }

  /** Whether bytes of a message came within the last two seconds. */
  boolean isRecent() {
    long latestNs = messageNs;
    return latestNs != 0 && System.nanoTime() - latestNs < RECENT_NS;
  }

  /** Whether a CONNACK has come. */
  boolean isAnswered() {
    return isAnswered;
  }

  /** Whether it was one of MQTT 3.1.1, which has two bytes and no properties. */
  boolean isShort() {
    return isShort;
  }

  private void told(int code) {
    isAnswered |= type == CONNACK;
    // a QoS that is granted is none of a message
    if (type != SUBACK || code >= ReasonCode.FIRST_OF_FAILURE) {
      reason = code;
    }
  }

  private void length(byte read) throws UnreadableException {
    bytesLeft |= (long) (read & 0x7F) << lengthShift;
    lengthShift += 7;
    isInLength = read < 0;
    if (isInLength && lengthShift > LONGEST_SHIFT) {
      throw new UnreadableException("a packet came whose length has no end; is it a broker?");
    }
    if (!isInLength && type == SUBACK) {
      // of one filter, behind the properties: MQTT 5, 3.9.3
      reasonIn = (int) bytesLeft - 1;
    }
    if (!isInLength && type == CONNACK) {
      isShort = bytesLeft == 2;
    }
    if (!isInLength && bytesLeft > mostBytes) {
      throw new UnreadableException(
          "a packet of " + bytesLeft + " B came; want at most " + mostBytes + " B");
    }
  }

  /** MQTT 5, 3.2.2, 3.4.2 and 3.14.2. */
  private static int reasonAt(int type) {
    return switch (type) {
      case CONNACK -> 1;
      case PUBACK -> 2;
      case DISCONNECT -> 0;
      default -> -1;
    };
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
