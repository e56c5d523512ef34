package dev.caravan.agent.source;

import dev.caravan.agent.health.Metric;

/** Numbers of more than one kind of source. */
public final class SourceMetrics {
  public static final Metric.Count FAILURES = new Metric.Count(
      "source.failures",
      Metric.Label.SOURCE,
      "failures",
      "times the wire was lost or could not be opened",
      "look at the log: the message names the port and the reason");

  public static final Metric.Count PASSED_OVER = new Metric.Count(
      "source.passed_over",
      Metric.Label.SOURCE,
      "bytes",
      "bytes that are no fault and no message, passed over between messages",
      "nothing");

  public static final Metric.Count BUS_ERRORS = new Metric.Count(
      "source.bus_errors",
      Metric.Label.SOURCE,
      "errors",
      "errors on the bus that the adapter told line by line",
      "rising: bit rate, termination, wiring");

  public static final Metric.Level BUS_STATE = new Metric.Level(
      "source.bus_state",
      Metric.Label.SOURCE,
      "state",
      "what the controller makes of the bus: 0 error active, 1 error warning, 2 error "
          + "passive, 3 bus off",
      "not 0: bit rate, termination, wiring; the source's `why` says it in words");

  public static final Metric.Count TRANSMIT_REFUSED = new Metric.Count(
      "source.transmit_refused",
      Metric.Label.SOURCE,
      "frames",
      "frames that were to be sent and were not: not in `allow_transmit`, listen-only, not "
          + "open, or of a kind the channel has not; socketcan: also if the interface's queue was"
          + " full",
      "anything but 0 is a fault of the configuration or of the program; socketcan: or "
          + "nobody on the bus acknowledges, or `txqueuelen` is small");

  private SourceMetrics() {}
}
