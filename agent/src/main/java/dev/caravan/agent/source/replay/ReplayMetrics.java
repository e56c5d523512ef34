package dev.caravan.agent.source.replay;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;

/** What the numbers of every source mean for a log that is replayed. */
final class ReplayMetrics {
  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "replay",
      "lines of the log that should be frames and cannot be read; the first is named in the"
          + " log with its line and what is wrong",
      "look at that line; `caravan decode` counts all of them by kind");

  private ReplayMetrics() {}
}
