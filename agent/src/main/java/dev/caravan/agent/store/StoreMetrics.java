package dev.caravan.agent.store;

import dev.caravan.agent.health.Metric;

/** Numbers of a disk queue that the ledger does not tell. */
final class StoreMetrics {
  static final Metric.Count FAILURES = new Metric.Count(
      "store.failures",
      Metric.Label.ROUTE,
      "calls",
      "writes, also of schemas, or syncs that the disk refused; entries are then held in "
          + "memory",
      "room and health of the disk; the log names the error");

  private StoreMetrics() {}
}
