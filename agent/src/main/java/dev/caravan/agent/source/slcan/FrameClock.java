package dev.caravan.agent.source.slcan;

/**
 * Gives frames their times: from the adapter's stamps where there are any, else from the moment of the read.
 *
 * <p>An adapter counts milliseconds and starts again at 60 000, or microseconds and starts again at 2^32; when it began is
 * not known. A frame can only be read after it was stamped, so the smallest difference seen between the time of reading
 * and the stamp is the best estimate of how the two clocks lie. It is lowered at once, so that no frame gets a time of
 * the future, and raised every {@value #WINDOW_NS} ns to the smallest of that window, which follows an adapter that runs slow.
 * A frame that would be older than {@value #OLDEST_NS} ns means that the estimate is wrong (a clock was set, the adapter
 * started again): the stamps are then tied anew to the time of reading.
 *
 * <p>Times never run backwards but where the time of reading does: there the clock was set back. Those from milliseconds are whole milliseconds, all others whole multiples of 100 µs:
 * round times cost a fraction of the bytes on the way to the cloud. One thread uses it; allocates nothing.
 */
final class FrameClock {
  private static final long WINDOW_NS = 10_000_000_000L;
  private static final long OLDEST_NS = 1_000_000_000L;
  private static final long MS_NS = 1_000_000;
  private static final long QUANTUM_NS = 100_000;
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long US_WRAP_NS = (1L << 32) * 1000;

  private final boolean usesStamps;

  // the read that frames come from
  private long readNs;
  private long readMonotonicNs;

  // since the wire was opened
  private boolean isTied;
  private long stampNs; // unwrapped
  private long stampMonotonicNs;
  private long offsetNs;
  private long windowSmallestNs;
  private long windowEndNs;

  private long latestNs = Long.MIN_VALUE;

  /** With {@code usesStamps} false the adapter's stamps are read and ignored. */
  FrameClock(boolean usesStamps) {
    this.usesStamps = usesStamps;
  }

  /** The wire was opened anew: stamps start from nowhere. */
  void reset() {
    isTied = false;
  }

  /** Bytes were read just now; their frames are asked for next. */
  void arrived(long nowNs, long monotonicNs) {
    if (nowNs < latestNs) {
      latestNs = Long.MIN_VALUE;
    }
    readNs = nowNs;
    readMonotonicNs = monotonicNs;
  }

  /** The time of a frame without a stamp. */
  long unstampedNs() {
    return later(floor(readNs, QUANTUM_NS));
  }

  /** The time of a frame with a stamp of 0..59999 ms; a stamp past that is ignored. */
  long stampedMsNs(int stampMs) {
    return stampMs >= 60_000 || !usesStamps
        ? unstampedNs()
        : stamped(stampMs * MS_NS, MINUTE_NS, MS_NS);
  }

  /** The time of a frame with a stamp of 32 bits of microseconds. */
  long stampedUsNs(long stampUs) {
    return usesStamps ? stamped(stampUs * 1000, US_WRAP_NS, QUANTUM_NS) : unstampedNs();
  }

  private long stamped(long wrappedNs, long wrapNs, long quantumNs) {
    long nowNs = floor(readNs, quantumNs);
    long unwrappedNs = isTied ? unwrap(wrappedNs, wrapNs) : wrappedNs;
    long differenceNs = nowNs - unwrappedNs;
    if (!isTied || differenceNs - offsetNs > OLDEST_NS) {
      isTied = true;
      offsetNs = differenceNs;
      startWindow(differenceNs);
    } else if (differenceNs < offsetNs) {
      offsetNs = differenceNs;
    }
    windowSmallestNs = Math.min(windowSmallestNs, differenceNs);
    if (readMonotonicNs - windowEndNs >= 0) {
      offsetNs = windowSmallestNs;
      startWindow(differenceNs);
    }
    stampNs = unwrappedNs;
    stampMonotonicNs = readMonotonicNs;
    return later(floor(unwrappedNs + offsetNs, quantumNs));
  }

  /** Of all times the stamp may mean, the one nearest to where the adapter's clock should be now. */
  private long unwrap(long wrappedNs, long wrapNs) {
    long expectedNs = stampNs + readMonotonicNs - stampMonotonicNs;
    long turns = Math.floorDiv(expectedNs - wrappedNs + wrapNs / 2, wrapNs);
    return wrappedNs + turns * wrapNs;
  }

  private void startWindow(long differenceNs) {
    windowSmallestNs = differenceNs;
    windowEndNs = readMonotonicNs + WINDOW_NS;
  }

  private long later(long timeNs) {
    latestNs = Math.max(latestNs, timeNs);
    return latestNs;
  }

  private static long floor(long timeNs, long quantumNs) {
    return Math.floorDiv(timeNs, quantumNs) * quantumNs;
  }
}
