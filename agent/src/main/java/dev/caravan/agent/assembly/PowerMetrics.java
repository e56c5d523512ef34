package dev.caravan.agent.assembly;

import dev.caravan.agent.health.Metric;

/** Numbers of the power that goes. */
final class PowerMetrics {
  static final Metric.Count WARNINGS = new Metric.Count(
      "power.warnings",
      Metric.Label.PART,
      "times",
      "times that the file of `power` said that the power goes",
      "compare with what the vehicle did");

  private PowerMetrics() {}
}
