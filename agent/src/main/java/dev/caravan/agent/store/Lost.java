package dev.caravan.agent.store;

/**
 * What a queue lost of a stream since that began, over all restarts.
 *
 * @param entriesEvicted removed, because room or age was used up or nobody listened for too long, or damaged on the disk
 * @param reportsEvicted reports in them, as far as that is known
 * @param entriesRejected refused for good by the far side
 * @param reportsRejected reports in them
 */
public record Lost(
    long entriesEvicted, long reportsEvicted, long entriesRejected, long reportsRejected) {
  /** Nothing. */
  public static final Lost NOTHING = new Lost(0, 0, 0, 0);

  Lost andEvicted(long entries, long reports) {
    return new Lost(
        entriesEvicted + entries, reportsEvicted + reports, entriesRejected, reportsRejected);
  }

  /** Without what was lost before. */
  Lost without(Lost before) {
    return new Lost(
        Math.max(0, entriesEvicted - before.entriesEvicted),
        Math.max(0, reportsEvicted - before.reportsEvicted),
        Math.max(0, entriesRejected - before.entriesRejected),
        Math.max(0, reportsRejected - before.reportsRejected));
  }

  /** Both together. */
  public Lost and(Lost more) {
    return new Lost(
        entriesEvicted + more.entriesEvicted,
        reportsEvicted + more.reportsEvicted,
        entriesRejected + more.entriesRejected,
        reportsRejected + more.reportsRejected);
  }
}
