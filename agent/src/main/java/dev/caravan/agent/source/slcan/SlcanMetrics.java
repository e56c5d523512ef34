package dev.caravan.agent.source.slcan;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;

/** What the numbers of every source mean for an slcan adapter. */
final class SlcanMetrics {
  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "slcan",
      "lines of the wire that were no frame and nothing else known, or a frame that this "
          + "adapter does not make, and were dropped",
      "a few after plugging in are normal. Rising: wrong `baud` or `dialect`, a bad cable, "
          + "a second program that reads the same port");

  private SlcanMetrics() {}
}
