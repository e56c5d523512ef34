package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.decode.PathPattern;

/**
 * One rule of a route's {@code shape}.
 *
 * @param where place in the configuration, {@code file:line:column}
 * @param key path of the rule's {@code match} in the configuration
 * @param match the signals it is for
 * @param drop never send them; all that follows is then unused
 * @param periodNs at most one sample for each, in nanoseconds; 0 for no such limit
 * @param onChange send only what differs from what was sent last by more than both deadbands
 * @param deadband in the signal's unit; 0 lets every change pass
 * @param deadbandShare as a share (0.01 is one percent) of the value sent last; 0 lets every change pass
 * @param maxSilenceNs send the next sample, changed or not, once so many nanoseconds have passed; 0 for never
 */
record Rule(
    String where,
    String key,
    PathPattern match,
    boolean drop,
    long periodNs,
    boolean onChange,
    double deadband,
    double deadbandShare,
    long maxSilenceNs) {
  /** Whether a sample need not be looked at: all pass, or none. */
  boolean asksNothing() {
    return drop || (periodNs == 0 && !onChange);
  }

  /** What it does, wherever it stands. */
  String unplaced() {
    return match + " " + drop + " " + periodNs + " " + onChange + " " + deadband + " "
        + deadbandShare + " " + maxSilenceNs;
  }
}
