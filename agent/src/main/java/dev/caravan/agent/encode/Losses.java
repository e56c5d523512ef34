package dev.caravan.agent.encode;

/**
 * What a queue lost since it was made, over all restarts.
 *
 * @param bodiesEvicted removed on the device
 * @param reportsEvicted reports in them, as far as that is known
 * @param bodiesRejected refused for good by the far side
 * @param reportsRejected reports in them
 */
public record Losses(
    long bodiesEvicted, long reportsEvicted, long bodiesRejected, long reportsRejected) {
  /** Nothing. */
  public static final Losses NONE = new Losses(0, 0, 0, 0);
}
