package dev.caravan.agent.source.slcan;

import dev.caravan.agent.clock.ClockPair;

/**
 * Gives frames their times: from the adapter's stamps where there are any, else from the moment of the read.
 *
 * <p>An adapter counts milliseconds and starts again at 60 000, or microseconds and starts again at 2^32; when it began is
 * not known. A frame can only be read after it was stamped, so the smallest difference seen between the time of reading
 * and the stamp is the best estimate of how the two clocks lie. It is lowered at once, so that no frame gets a time of
 * the future, and raised every {@value #WINDOW_NS} ns to the smallest of that window, which follows an adapter that runs slow.
 * A clock of the board that is set takes the estimate along.
 *
 * <p>Stamps do not run backwards and are not of the future, by more than {@value #SLACK_NS} ns and a thousandth of the
 * time since the one before: one that does is of a line that was damaged, or the adapter has started again. Until a window
 * has passed the estimate may be of frames that were read late: then {@value #SET_NS} ns into the future are taken.
 *
 * <p>Times never run backwards but where the time of reading does: there the clock was set back. Those from milliseconds are whole milliseconds, all others whole multiples of 100 µs:
 * round times cost a fraction of the bytes on the way to the cloud. One thread uses it; allocates nothing.
 */
final class FrameClock {
  /** Stamps of milliseconds are below it. */
  static final int STAMPS_MS = 60_000;

  private static final long WINDOW_NS = 10_000_000_000L;
  private static final long SET_NS = 1_000_000_000L;
  private static final long SLACK_NS = 50_000_000;
  private static final long MS_NS = 1_000_000;
  private static final long QUANTUM_NS = 100_000;
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long US_WRAP_NS = (1L << 32) * 1000;

  private final boolean usesStamps;

  // the read that frames come from
  private long readNs;
  private long readMsNs; // rounded down
  private long readQuantumNs;
  private long readMonotonicNs;

  // since the wire was opened
  private boolean isTied;
  private boolean isSettled;
  private long stampNs; // unwrapped
  private long turnsNs; // of it
  private long stampMonotonicNs;
  private long offsetNs;
  private long windowSmallestNs;
  private long windowEndNs;

  private long latestTimeNs = Long.MIN_VALUE;

  /** With {@code usesStamps} false the adapter's stamps are read and ignored. */
  FrameClock(boolean usesStamps) {
    this.usesStamps = usesStamps;
  }

  /** The wire was opened anew: stamps start from nowhere. */
  void reset() {
    isTied = false;
  }

  /** Whether frames have their times from stamps, and have had them long enough for reads to be late. */
  boolean isSettled() {
    return isTied && isSettled;
  }

  /** Bytes were read just now; their frames are asked for next. */
  /** Bytes were read just now, by the time of day and the monotonic clock of one moment; their frames are asked for next. */
  void arrived(ClockPair clocks) {
    arrived(clocks.firstNs(), clocks.secondNs());
  }

  void arrived(long nowNs, long monotonicNs) {
    if (nowNs < latestTimeNs) {
      latestTimeNs = Long.MIN_VALUE;
    }
    long setNs = nowNs - readNs - (monotonicNs - readMonotonicNs);
    if (Math.abs(setNs) > SET_NS) {
      setNs = floor(setNs + MS_NS / 2, MS_NS);
      offsetNs += setNs;
      windowSmallestNs += setNs;
    }
    readNs = nowNs;
    readMsNs = floor(nowNs, MS_NS);
    readQuantumNs = floor(nowNs, QUANTUM_NS);
    readMonotonicNs = monotonicNs;
  }

  /** Whether a stamp of 0, 4 or 8 digits can be the one of the next frame. */
  boolean mayBe(long stamp, int digits) {
    return !isUsed(stamp, digits) || unwrap(ns(stamp, digits), wrapNs(digits)) >= 0;
  }

  /**
   * The time of a frame: with a stamp of four digits, milliseconds, or of eight, microseconds. Without digits, and where
   * a stamp of milliseconds is not below {@value #STAMPS_MS}, that of the read.
   *
   * @return nanoseconds since 1970; negative, and nothing is done, if the stamp cannot be the one of the next frame
   */
  long timeNs(long stamp, int digits) {
    return isUsed(stamp, digits)
        ? stamped(ns(stamp, digits), wrapNs(digits), digits == 4 ? MS_NS : QUANTUM_NS)
        : later(readQuantumNs);
  }

  private boolean isUsed(long stamp, int digits) {
    return usesStamps && (digits == 4 ? stamp < STAMPS_MS : digits == 8);
  }

  private static long ns(long stamp, int digits) {
    return digits == 4 ? stamp * MS_NS : stamp * 1000;
  }

  private static long wrapNs(int digits) {
    return digits == 4 ? MINUTE_NS : US_WRAP_NS;
  }

  private long stamped(long wrappedNs, long wrapNs, long quantumNs) {
    long unwrappedNs = unwrap(wrappedNs, wrapNs);
    if (unwrappedNs < 0) {
      return unwrappedNs;
    }
    long differenceNs = (quantumNs == MS_NS ? readMsNs : readQuantumNs) - unwrappedNs;
    if (!isTied) {
      isTied = true;
      isSettled = false;
      offsetNs = differenceNs;
      startWindow(differenceNs);
    } else if (differenceNs < offsetNs) {
      offsetNs = differenceNs;
    }
    windowSmallestNs = Math.min(windowSmallestNs, differenceNs);
    if (readMonotonicNs - windowEndNs >= 0) {
      isSettled = true;
      offsetNs = windowSmallestNs;
      startWindow(differenceNs);
    }
    stampNs = unwrappedNs;
    turnsNs = unwrappedNs - wrappedNs;
    stampMonotonicNs = readMonotonicNs;
    long timeNs = unwrappedNs + offsetNs;
    // milliseconds are whole already
    return later(quantumNs == MS_NS ? timeNs : floor(timeNs, quantumNs));
  }

  /** Of all times the stamp may mean, the latest that is not of the future; negative if it runs backwards. */
  private long unwrap(long wrappedNs, long wrapNs) {
    if (!isTied) {
      return wrappedNs;
    }
    long slackNs = SLACK_NS + (readMonotonicNs - stampMonotonicNs) / 1024;
    long latestNs = readNs - offsetNs + (isSettled ? slackNs : SET_NS);
    long unwrappedNs = wrappedNs + turnsNs;
    if (unwrappedNs > latestNs || unwrappedNs <= latestNs - wrapNs) {
      unwrappedNs = wrappedNs + Math.floorDiv(latestNs - wrappedNs, wrapNs) * wrapNs;
    }
    return unwrappedNs < stampNs - slackNs ? -1 : unwrappedNs;
  }

  private void startWindow(long differenceNs) {
    windowSmallestNs = differenceNs;
    windowEndNs = readMonotonicNs + WINDOW_NS;
  }

  private long later(long timeNs) {
    latestTimeNs = Math.max(latestTimeNs, timeNs);
    return latestTimeNs;
  }

  private static long floor(long timeNs, long quantumNs) {
    return Math.floorDiv(timeNs, quantumNs) * quantumNs;
  }
}
