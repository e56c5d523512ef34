package dev.caravan.agent.decode.nmea;

import dev.caravan.agent.health.Metric;

/** Numbers of NMEA sentences that are understood. */
final class NmeaMetrics {
  static final Metric.Count UNREADABLE = new Metric.Count(
      "decode.unreadable",
      Metric.Label.SOURCE,
      "sentences",
      "NMEA sentences with a right checksum and a field that cannot be read; the field was "
          + "left out",
      "nothing; rising steadily: a receiver that writes in a way of its own");

  static final Metric.Count TIME_REFUSED = new Metric.Count(
      "decode.time_refused",
      Metric.Label.SOURCE,
      "fixes",
      "valid fixes whose time another clock contradicts; they did not set the agent's time,"
          + " their positions were taken",
      "look at the log: the receiver's date is wrong, or the board's clock is taken to be "
          + "good and is not");

  private NmeaMetrics() {}
}
