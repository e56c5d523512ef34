package dev.caravan.agent.source.line;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.SourceMetrics;

/** Numbers of a sensor that sends lines or frames. */
final class LineMetrics {
  static final Metric.Count ASKED = new Metric.Count(
      "line.asked",
      Metric.Label.SOURCE,
      "questions",
      "questions sent to a sensor that only talks when asked (`ask`)",
      "compare with `source.frames`: a sensor that does not answer is off, or has another "
          + "`baud`");

  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "line",
      "messages that were cut, too long or had a wrong checksum, and noise between them; "
          + "the first of a run is shown in the log",
      "a few after plugging in are normal. Rising: wrong `baud` or `parity`, another form "
          + "than `message` says, a bad cable");

  static final Metric.Note PASSED_OVER = new Metric.Note(
      SourceMetrics.PASSED_OVER,
      "line",
      "bytes that are no fault and no message: what came before the first message that is "
          + "known to be whole, bytes 00 and FF before a message",
      "nothing");

  private LineMetrics() {}
}
