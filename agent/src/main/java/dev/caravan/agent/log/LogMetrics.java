package dev.caravan.agent.log;

import dev.caravan.agent.health.Metric;

/** Numbers of the log. */
final class LogMetrics {
  static final Metric.Count DROPPED = new Metric.Count(
      "log.dropped",
      Metric.Label.PART,
      "lines",
      "lines that were dropped, the oldest first, because nobody read standard error in "
          + "time; the log says how many when it is read again",
      "look at who reads it");

  static final Metric.Count LEFT_OUT = new Metric.Count(
      "log.left_out",
      Metric.Label.PART,
      "lines",
      "lines that were left out because a source or route had said the like before in that "
          + "minute; a summary follows",
      "look at the log: something fails again and again");

  private LogMetrics() {}
}
