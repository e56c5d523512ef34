package dev.caravan.agent.decode.obd;

import dev.caravan.agent.health.Metric;

/** Numbers of the replies of control units. */
final class ObdMetrics {
  static final Metric.Count UNDECODABLE = new Metric.Count(
      "decode.undecodable",
      Metric.Label.SOURCE,
      "replies",
      "replies of control units that do not fit their request or the table's length; the "
          + "signals asked for got a sample without a value",
      "compare the table's `bytes` with the unit's document");

  private ObdMetrics() {}
}
