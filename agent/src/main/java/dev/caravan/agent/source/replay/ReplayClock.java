package dev.caravan.agent.source.replay;

/**
 * When the frames of a log are due and what time they carry, over all loops. Plain arithmetic on nanoseconds: it looks at
 * no clock itself.
 *
 * <p>Only steps forward count for pace, so stamps that fall back (a log joined from several) hold nothing up.
 */
final class ReplayClock {
  /** A loop is at least this much longer than from its first frame to its last. */
  private static final long SHORTEST_GAP_NS = 1_000_000;

  private final double speed;

  // over all loops
  private boolean isPlaced;
  private long shiftNs;
  private long playedNs;

  // of the monotonic clock
  private boolean hasStarted;
  private long startedNs;

  // in this loop
  private boolean hasFrame;
  private long firstNs;
  private long lastNs;
  private long latestNs;
  private long frames;

  /**
   * For a speed in log seconds per second.
   *
   * @param speed above 0
   */
  ReplayClock(double speed) {
    this.speed = speed;
  }

  /**
   * Takes the time of the next frame of the log.
   *
   * @param logNs as the log has it
   * @param startNs the time that the first frame of all is to carry, if {@code isShifted}
   * @return the time that the frame carries
   */
  long next(long logNs, long startNs, boolean isShifted) {
    if (!hasFrame) {
      hasFrame = true;
      firstNs = logNs;
      lastNs = logNs;
      latestNs = logNs;
      if (!isPlaced && isShifted) {
        shiftNs = startNs - logNs;
      }
      isPlaced = true;
    }
    playedNs += Math.max(0, logNs - lastNs);
    lastNs = logNs;
    latestNs = Math.max(latestNs, logNs);
    frames++;
    return logNs + shiftNs;
  }

  /** How long the frame taken last is still to wait, by a monotonic clock; the first one starts it and is due at once. */
  long waitNs(long monotonicNs) {
    if (!hasStarted) {
      hasStarted = true;
      startedNs = monotonicNs;
    }
    return startedNs + (long) (playedNs / speed) - monotonicNs;
  }

  /** Whether this loop has had a frame. */
  boolean hasFrame() {
    return hasFrame;
  }

  /** Ends a loop: the next one is shifted on by the log's length, the last frame taken to last as long as the mean one. */
  void endLoop() {
    if (!hasFrame) {
      return;
    }
    long spanNs = latestNs - firstNs;
    long gapNs = Math.max(SHORTEST_GAP_NS, frames > 1 ? spanNs / (frames - 1) : 0);
    shiftNs += spanNs + gapNs;
    playedNs += gapNs;
    hasFrame = false;
    frames = 0;
  }
}
