package dev.caravan.agent.source.nmea;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.SourceMetrics;

/** What the numbers of every source mean for a satellite receiver. */
final class NmeaMetrics {
  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "nmea",
      "sentences that were cut, garbled or had a wrong checksum; none was believed",
      "a few after plugging in are normal. Rising: wrong `baud`, a bad cable, a second "
          + "program that reads the same port");

  static final Metric.Note PASSED_OVER = new Metric.Note(
      SourceMetrics.PASSED_OVER,
      "nmea",
      "bytes between sentences: binary messages of the receiver, remarks, the rest of cut "
          + "sentences",
      "nothing; all bytes of the line: the receiver talks another protocol");

  private NmeaMetrics() {}
}
