package dev.caravan.agent.source.socketcan;

/**
 * Gives frames their times from the stamps of the kernel, which are those of the board's clock at the moment the driver
 * handed the frame over, or from the read where there is no stamp.
 *
 * <p>The agent's time is the board's clock but for a while after that was set back a little, or where satellites know better; then stamps are moved by the
 * difference. The stamping clock is looked at before and after the agent's, as the thread may stand still between two
 * looks: a difference that may still be as it was, is. A stamp from
 * the future becomes the time of the read, as does one more than {@value #OLDEST_NS} ns old: the clock was set between
 * the two. Times are whole microseconds and run backwards only where the time of reading does. One thread; allocates nothing.
 */
final class StampClock {
  private static final long OLDEST_NS = 10_000_000_000L;
  private static final long QUANTUM_NS = 1000;

  // the read that frames come from
  private long readNs;
  private long shiftNs;

  private long latestNs = Long.MIN_VALUE;

  /**
   * Frames were read just now.
   *
   * @param beforeNs by the clock that stamps, just before
   * @param nowNs by the agent's time
   * @param afterNs by the clock that stamps, just after
   */
  void arrived(long beforeNs, long nowNs, long afterNs) {
    if (nowNs < latestNs) {
      latestNs = Long.MIN_VALUE;
    }
    readNs = nowNs;
    shiftNs = Math.max(nowNs - afterNs, Math.min(nowNs - beforeNs, shiftNs));
  }

  /** The time of a frame; a stamp of 0 is none. */
  long timeNs(long stampNs) {
    long timeNs = stampNs + shiftNs;
    if (stampNs == 0 || timeNs > readNs || timeNs < readNs - OLDEST_NS) {
      timeNs = readNs;
    }
    latestNs = Math.max(latestNs, timeNs - Math.floorMod(timeNs, QUANTUM_NS));
    return latestNs;
  }
}
