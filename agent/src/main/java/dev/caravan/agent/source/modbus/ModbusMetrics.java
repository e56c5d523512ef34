package dev.caravan.agent.source.modbus;

import dev.caravan.agent.health.Metric;

/** Numbers of a Modbus line. */
final class ModbusMetrics {
  static final Metric.Count REQUESTS = new Metric.Count(
      "modbus.requests",
      Metric.Label.SOURCE,
      "requests",
      "requests sent to slaves, repeats among them",
      "nothing: it is the traffic");

  static final Metric.Count TIMEOUTS = new Metric.Count(
      "modbus.timeouts",
      Metric.Label.SOURCE,
      "requests",
      "requests that nothing came back for",
      "one slave is off, has another address or baud rate, or needs a longer `timeout`; the"
          + " source's `why` names it. All slaves: wires A and B swapped");

  static final Metric.Count CRC_ERRORS = new Metric.Count(
      "modbus.crc_errors",
      Metric.Label.SOURCE,
      "requests",
      "requests to which something damaged came back",
      "cable, termination, a missing common ground, or two slaves with one address");

  static final Metric.Count EXCEPTIONS = new Metric.Count(
      "modbus.exceptions",
      Metric.Label.SOURCE,
      "answers",
      "refusals: the slave has no such function or register, or is busy",
      "compare the map with the manual of the device");

  static final Metric.Count RETRIES = new Metric.Count(
      "modbus.retries",
      Metric.Label.SOURCE,
      "requests",
      "requests sent again after silence or damage",
      "as for `modbus.timeouts` and `modbus.crc_errors`");

  static final Metric.Count STRAY_BYTES = new Metric.Count(
      "modbus.stray_bytes",
      Metric.Label.SOURCE,
      "bytes",
      "bytes on the line that belonged to no answer that was waited for",
      "a few are noise; many: a second master, or a slave that talks unasked");

  static final Metric.Count BUSY_LINE = new Metric.Count(
      "modbus.busy_line",
      Metric.Label.SOURCE,
      "requests",
      "requests sent though the line did not fall silent",
      "find the slave that talks unasked: unplug one after the other");

  static final Metric.Count SKIPPED = new Metric.Count(
      "modbus.skipped",
      Metric.Label.SOURCE,
      "turns",
      "turns of slaves that answer which ended without an answer or a refusal; their values"
          + " came as `stale`",
      "longer periods, a faster line, fewer slaves on it; a slow slave: its `timeout`, see "
          + "the source's `why`");

  static final Metric.Level SILENT = new Metric.Level(
      "modbus.silent",
      Metric.Label.SOURCE,
      "slaves",
      "how many slaves do not answer now",
      "the source's `why` names them");

  private ModbusMetrics() {}
}
