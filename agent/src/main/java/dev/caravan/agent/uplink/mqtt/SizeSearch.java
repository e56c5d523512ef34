package dev.caravan.agent.uplink.mqtt;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a broker does not take a message for its size, which it has not told: the message is sent in parts of
 * half the size, and half of that, until one goes, and then whole once more. Only if that does not go is it known that the
 * size was why. How much the broker takes is then sought between what went and what did not, to a tenth.
 *
 * <p>Parts of two divisions of a message are never told apart by their numbers alone: a second division into as many parts
 * is not tried once a part of the first went.
 *
 * <p>One message at a time, named by anything that is equal to itself. The courier's thread.
 */
final class SizeSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SizeSearch.class);
  private static final long LEAST_BYTES = 128;
  private static final long SMALL_BYTES = 256;
  private static final int NEAR = 10;
  private static final int MOST_REMEMBERED = 64;

  private final String name;

  // of the message that is looked at
  private @Nullable Object looked;
  private long wholeBytes;
  private long mostBytes;
  private boolean isConfirming;
  private boolean isForSize;
  // parts of this size went, all up to this size are ruled out, this size was refused
  private long wentBytes;
  private long floorBytes;
  private long refusedBytes;
  private final Set<Integer> countsThatWent = new HashSet<>();

  // that no size helps
  private final Set<Object> hopeless = new LinkedHashSet<>();

  /** {@code name}: in the log. */
  SizeSearch(String name) {
    this.name = name;
  }

  /** Whether it is about this message. */
  boolean isAbout(Object message) {
    return message.equals(looked);
  }

  /** The largest packet in which a message may be tried now, in bytes. */
  long mostBytes(Object message) {
    return message.equals(looked) && !isConfirming ? mostBytes : Long.MAX_VALUE;
  }

  /**
   * A packet with the message, or a part of it, was not taken, and may not have been for its size.
   *
   * @param partsAt into how many parts the message is divided for packets of so many bytes; 0 if it cannot be
   * @return whether the message is to be tried again, in other sizes
   */
  boolean refused(
      Object message, long packetBytes, BrokerLimits limits, LongToIntFunction partsAt) {
    if (hopeless.contains(message)) {
      return false;
    }
    if (!message.equals(looked)) {
      looked = message;
      isConfirming = false;
      isForSize = false;
      wholeBytes = packetBytes;
      wentBytes = 0;
      floorBytes = 0;
      refusedBytes = packetBytes;
      countsThatWent.clear();
    } else if (isConfirming) {
      isConfirming = false;
      isForSize = true;
    } else {
      refusedBytes = Math.min(refusedBytes, packetBytes);
      floorBytes = Math.min(floorBytes, refusedBytes - 1);
    }
    if (isForSize) {
      seek(limits, partsAt);
      return true;
    }
    return divides(limits.takenBytes(), partsAt);
  }

  /** Looks for a size in which a part may go; whether there is one. */
  private boolean divides(long takenBytes, LongToIntFunction partsAt) {
    mostBytes = refusedBytes / 2;
    if (takenBytes < refusedBytes) {
      mostBytes = Math.max(mostBytes, takenBytes);
    }
    if (mostBytes <= floorBytes) {
      mostBytes = (floorBytes + refusedBytes) / 2;
    }
    if (refusedBytes > LEAST_BYTES + LEAST_BYTES / NEAR) {
      mostBytes = Math.max(mostBytes, LEAST_BYTES);
    }
    while (mostBytes >= LEAST_BYTES && partsAt.applyAsInt(mostBytes) == 0) {
      floorBytes = mostBytes;
      mostBytes = (floorBytes + refusedBytes) / 2;
      if (mostBytes == floorBytes) {
        mostBytes = 0;
      }
    }
    if (mostBytes < LEAST_BYTES) {
      isHopeless(Objects.requireNonNull(looked));
      return false;
    }
    return true;
  }

  /** Looks for the next size between what went and what did not. */
  private void seek(BrokerLimits limits, LongToIntFunction partsAt) {
    floorBytes = Math.max(floorBytes, wentBytes);
    mostBytes = (floorBytes + refusedBytes) / 2;
    while (!isNear(floorBytes) && countsThatWent.contains(partsAt.applyAsInt(mostBytes))) {
      floorBytes = mostBytes;
      mostBytes = (floorBytes + refusedBytes) / 2;
    }
    if (isNear(floorBytes)) {
      limits.takesAtMost(wentBytes);
      looked = null;
      LOG.warn(
          "{}: the broker takes no packet of {} B, though it did not say so; from now on at most {} B{}",
          name,
          wholeBytes,
          wentBytes,
          wentBytes < SMALL_BYTES ? ", so that all is sent in many parts" : "");
    }
  }

  private boolean isNear(long bytes) {
    return refusedBytes - bytes <= bytes / NEAR;
  }

  /** It cannot be divided so far. */
  private void isHopeless(Object message) {
    looked = null;
    hopeless.add(message);
    if (hopeless.size() > MOST_REMEMBERED) {
      hopeless.remove(hopeless.iterator().next());
    }
  }

  /**
   * A packet with the message, or a part of it, of so many bytes was taken.
   *
   * @return whether the message is to be sent anew before any other part
   */
  boolean taken(Object message, long packetBytes, BrokerLimits limits, LongToIntFunction partsAt) {
    hopeless.remove(message);
    if (!message.equals(looked)) {
      return false;
    }
    if (isConfirming) {
      looked = null;
      return false;
    }
    // parts may be smaller than was asked for, and just what they lack too much
    boolean isFull = mostBytes - packetBytes <= mostBytes / NEAR;
    wentBytes = Math.max(wentBytes, isFull ? packetBytes : mostBytes);
    countsThatWent.add(partsAt.applyAsInt(mostBytes));
    if (isForSize) {
      seek(limits, partsAt);
    } else {
      isConfirming = true;
    }
    return true;
  }
}
