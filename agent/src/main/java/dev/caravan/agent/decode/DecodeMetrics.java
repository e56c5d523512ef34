package dev.caravan.agent.decode;

import dev.caravan.agent.health.Metric;

/** Numbers of more than one kind of decoder. */
final class DecodeMetrics {
  static final Metric.Count LEFT_OUT = new Metric.Count(
      "decode.left_out",
      Metric.Label.SOURCE,
      "messages",
      "messages of senders and control units that no configuration names and that there was"
          + " no room for: signals that are only heard take at most one place for each 16 KiB of "
          + "the heap, 4,096 with 64 MiB, over all sources. Those of a bus are unknown frames in "
          + "the ledger too; the source is degraded and says so",
      "a larger heap (`-Xmx`), or no `source_address: true` on a bus with so many senders");

  private DecodeMetrics() {}
}
