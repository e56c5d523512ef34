package dev.caravan.agent.uplink;

/**
 * Whether the far side may have ended the link over a lane since any of its entries went. The other lanes have their turns
 * first then, and if they went between two such ends, the lane rests on the next link as well: twice as long each time that
 * this was over one entry alone, up to {@value #LONGEST_NS} ns. So a lane over which each link ends does not take the link from the others.
 *
 * <p>The courier's thread.
 */
final class Endings {
  private static final long LONGEST_NS = 300_000_000_000L;

  private final long firstNs;

  // since an entry of the lane went
  private boolean suspect;
  private boolean othersWent;
  private long restNs;

  /** {@code firstNs}: the first rest. */
  Endings(long firstNs) {
    this.firstNs = firstNs;
  }

  /**
   * The link ended, perhaps over this lane.
   *
   * @param alone over one entry, beside which nothing was under way
   */
  void ended(boolean alone) {
    if (suspect && othersWent) {
      restNs = Math.min(LONGEST_NS, Math.max(firstNs, alone ? restNs * 2 : restNs));
    }
    suspect = true;
    othersWent = false;
  }

  /** An entry of another lane went. */
  void otherWent() {
    othersWent = true;
  }

  /** An entry of this lane went. */
  void went() {
    suspect = false;
    restNs = 0;
  }

  boolean isSuspect() {
    return suspect;
  }

  /** How long the lane rests on a new link, in nanoseconds. */
  long restNs() {
    return restNs;
  }
}
