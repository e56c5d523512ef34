package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.SharedMetrics;

/** What the numbers of every source mean for an interface of the kernel. */
final class SocketCanMetrics {
  static final Metric.Note MALFORMED = new Metric.Note(
      SharedMetrics.SOURCE_MALFORMED,
      "socketcan",
      "frames of the kernel of a size or length that there is not",
      "a fault of a driver: report the message in the log");

  static final Metric.Note OVERRUN = new Metric.Note(
      SharedMetrics.SOURCE_OVERRUN,
      "socketcan",
      "frames that the kernel dropped because nobody read them in time (SO_RXQ_OVFL), known"
          + " with the next frame; and reports of the controller that its own buffer was full, "
          + "each counted as one",
      "raise `receive_buffer` and `net.core.rmem_max`, or filter with `accept`; the log "
          + "says which of the two it was");

  private SocketCanMetrics() {}
}
