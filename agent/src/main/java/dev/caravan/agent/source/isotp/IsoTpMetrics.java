package dev.caravan.agent.source.isotp;

import dev.caravan.agent.health.Metric;

/** Numbers of ISO-TP. */
final class IsoTpMetrics {
  static final Metric.Count MALFORMED = new Metric.Count(
      "isotp.malformed",
      Metric.Label.SOURCE,
      "frames",
      "frames under a diagnostic identifier that are none of ISO-TP; the messages around "
          + "them are not touched",
      "nothing for a few; many: something else uses those identifiers, look with `caravan "
          + "decode`");

  static final Metric.Count ABORTED = new Metric.Count(
      "isotp.aborted",
      Metric.Label.SOURCE,
      "replies",
      "replies of several frames that were given up: a frame missing, doubled or of a wrong"
          + " length, another message before the end, or too long",
      "together with `source.overrun` or `source.malformed`: the wire loses frames. Alone: "
          + "two testers on one bus");

  static final Metric.Count TIMEOUTS = new Metric.Count(
      "isotp.timeouts",
      Metric.Label.SOURCE,
      "replies",
      "replies of several frames whose next frame did not come within 1 s",
      "the log names an identifier that is missing in `allow_transmit`; else another tester"
          + " on the bus");

  static final Metric.Count UNASKED = new Metric.Count(
      "isotp.unasked",
      Metric.Label.SOURCE,
      "replies",
      "replies to something else than what was asked last",
      "late units: a longer `timeout`; or another tester on the bus");

  private IsoTpMetrics() {}
}
