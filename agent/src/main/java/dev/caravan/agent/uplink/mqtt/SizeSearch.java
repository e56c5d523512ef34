package dev.caravan.agent.uplink.mqtt;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a broker does not take a message for its size, which it has not told: the message is sent in parts of
 * half the size, and half of that, until one goes, and then whole once more. Only if that does not go is it known that the
 * size was why, and how much the broker takes.
 *
 * <p>One message at a time, named by anything that is equal to itself. The courier's thread.
 */
final class SizeSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SizeSearch.class);
  private static final long LEAST_BYTES = 128;
  private static final int MOST_REMEMBERED = 64;

  private final String name;

  // of the message that is looked at
  private @Nullable Object looked;
  private long mostBytes;
  private boolean isConfirming;

  // that no size helps
  private final Set<Object> hopeless = new LinkedHashSet<>();

  /** {@code name}: in the log. */
  SizeSearch(String name) {
    this.name = name;
  }

  /** The largest packet in which a message may be tried now, in bytes. */
  long mostBytes(Object message) {
    return message.equals(looked) && !isConfirming ? mostBytes : Long.MAX_VALUE;
  }

  /**
   * A packet with the message, or a part of it, was not taken, and may not have been for its size.
   *
   * @return whether the message is to be tried again, in other sizes
   */
  boolean refused(Object message, long packetBytes, BrokerLimits limits) {
    if (hopeless.contains(message)) {
      return false;
    }
    if (!message.equals(looked)) {
      looked = message;
      isConfirming = false;
      mostBytes = packetBytes;
    } else if (isConfirming) {
      limits.takesAtMost(mostBytes);
      looked = null;
      LOG.warn(
          "{}: the broker takes no packet of {} B, though it did not say so; from now on at most {} B",
          name,
          packetBytes,
          mostBytes);
      return true;
    }
    long taken = limits.takenBytes();
    mostBytes = Math.min(mostBytes, packetBytes);
    mostBytes = taken < mostBytes ? Math.max(taken, mostBytes / 2) : mostBytes / 2;
    if (mostBytes < LEAST_BYTES) {
      isHopeless(message);
      return false;
    }
    return true;
  }

  /** It cannot be divided so far. */
  void isHopeless(Object message) {
    looked = null;
    hopeless.add(message);
    if (hopeless.size() > MOST_REMEMBERED) {
      hopeless.remove(hopeless.iterator().next());
    }
  }

  /**
   * A packet with the message, or a part of it, was taken.
   *
   * @return whether the whole message is to be sent before any other part
   */
  boolean taken(Object message) {
    hopeless.remove(message);
    if (!message.equals(looked)) {
      return false;
    }
    if (isConfirming) {
      looked = null;
      return false;
    }
    isConfirming = true;
    return true;
  }
}
