package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Timeline;

/**
 * How fast entries go where the far side takes some and refuses others in between, as one with a quota does: one at a time,
 * {@value #STEP} of the first pause later whenever one more is refused, and a twentieth sooner whenever one goes. All lanes of a link
 * have one, for a quota is that of the client.
 *
 * <p>The courier's thread.
 */
final class Pace {
  private static final double STEP = 0.25;
  private static final int BEGINS_AFTER = 2;
  private static final long LONGEST_NS = 10_000_000_000L;

  private final Timeline timeline;
  private final long pauseNs;

  private boolean wentSince;
  private int refusals;
  private long everyNs;
  private long dueNs;

  /** {@code pauseNs}: between the first that go so. */
  Pace(Timeline timeline, long pauseNs) {
    this.timeline = timeline;
    this.pauseNs = pauseNs;
  }

  /** An entry was refused, and others of its lane go. */
  void refused() {
    if (wentSince) {
      wentSince = false;
      refusals++;
      if (everyNs > 0) {
        everyNs = Math.min(Math.max(LONGEST_NS, pauseNs), everyNs + (long) (pauseNs * STEP));
      } else if (refusals >= BEGINS_AFTER) {
        everyNs = pauseNs;
      }
    }
  }

  /** An entry went. */
  void went() {
    wentSince = true;
    everyNs -= everyNs / 20;
    if (everyNs > 0 && everyNs < pauseNs / 8) {
      everyNs = 0;
      refusals = 0;
    }
  }

  /** A turn is over. */
  void sent() {
    dueNs = timeline.monotonicNs() + everyNs;
  }

  /** Whether only one at a time goes. */
  boolean isSlow() {
    return everyNs > 0;
  }

  /** For how long none is to go, in nanoseconds. */
  long restsNs() {
    return isSlow() ? Math.max(0, dueNs - timeline.monotonicNs()) : 0;
  }
}
