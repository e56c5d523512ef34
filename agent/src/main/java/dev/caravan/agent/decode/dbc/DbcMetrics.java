package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.health.Metric;

/** Numbers of the messages of a DBC file. */
final class DbcMetrics {
  static final Metric.Count MUX_UNKNOWN = new Metric.Count(
      "decode.mux_unknown",
      Metric.Label.SOURCE,
      "frames",
      "frames in which a multiplexor had a value that no branch of the DBC file has; their "
          + "plain signals were decoded",
      "get a newer DBC file of that bus");

  static final Metric.Count SHORT = new Metric.Count(
      "decode.short",
      Metric.Label.SOURCE,
      "frames",
      "frames shorter than their message in the DBC file; the signals that fit were decoded",
      "nothing if the sender is known for it; else the DBC file is of another model year");

  static final Metric.Count PARTS = new Metric.Count(
      "decode.parts",
      Metric.Label.SOURCE,
      "frames",
      "classic frames of a message that has more than 8 bytes in the DBC file and is not "
          + "CAN FD: each is but a part of it, and gave no value",
      "NMEA 2000: say `nmea2000: on`. J1939: nothing, its messages in packets are joined. "
          + "ISO-TP: take the message out, or use `diagnostics`. CAN FD: give the message its "
          + "`VFrameFormat`");

  private DbcMetrics() {}
}
