package dev.caravan.agent.source.elm327;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;

/** Numbers of an ELM327 adapter. */
final class Elm327Metrics {
  static final Metric.Count RESYNCS = new Metric.Count(
      "source.resyncs",
      Metric.Label.SOURCE,
      "times",
      "times the adapter did not come to its prompt, or gave the answer to the request "
          + "before, and was called back to its prompt",
      "rising: the adapter hangs; another one, or a longer `timeout`");

  static final Metric.Level ASLEEP = new Metric.Level(
      "source.asleep",
      Metric.Label.SOURCE,
      "vehicles",
      "1 while the vehicle is left alone, else 0",
      "nothing: it sleeps, or its battery is low; the source's `why` says which");

  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "elm327",
      "answers of the adapter that cannot be trusted: lines that are no reply, wrong "
          + "checksums, lost frames or messages, several units that an adapter without headers "
          + "does not tell apart, words such as `CAN ERROR`; and bytes that came unasked",
      "a few while the vehicle falls asleep are normal. Rising: a bad cable, a wrong "
          + "`baud`, an adapter with small buffers (`poll.batch: false`)");

  private Elm327Metrics() {}
}
