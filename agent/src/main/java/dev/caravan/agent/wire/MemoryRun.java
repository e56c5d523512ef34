package dev.caravan.agent.wire;

import java.security.SecureRandom;

/**
 * The sequences of a run in memory, while the disk of a queue cannot be used. They are no sequences of the queue, for the disk
 * may come back with entries that were never sent: each run has a stream of its own, which begins above 2^52 at a random
 * multiple of 2^24. All of them are whole in a binary64.
 *
 * <pre>
 *   bit 52        1
 *   bit 24 .. 51  the run, random
 *   bit  0 .. 23  counts the entries of the run from 1
 * </pre>
 */
public final class MemoryRun {
  private static final int COUNT_BITS = 24;
  private static final int RUN_BITS = 28;
  private static final long FROM = 1L << (COUNT_BITS + RUN_BITS);

  private MemoryRun() {}

  /** What lies before the first sequence of a new run. */
  public static long begin() {
    return FROM + ((long) new SecureRandom().nextInt(1 << RUN_BITS) << COUNT_BITS);
  }

  /** What tells the stream of a sequence from the others of its route: {@code ~} and the run in hex, nothing for the disk's. */
  public static String of(long sequence) {
    return isOne(sequence) ? "~" + Long.toHexString((sequence - FROM) >> COUNT_BITS) : "";
  }

  public static boolean isOne(long sequence) {
    return sequence >= FROM;
  }
}
