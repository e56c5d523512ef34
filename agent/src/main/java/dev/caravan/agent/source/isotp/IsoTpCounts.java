package dev.caravan.agent.source.isotp;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;

/**
 * What went wrong with the messages of one source.
 *
 * @param malformed frames under a diagnostic identifier that are none of ISO-TP
 * @param aborted messages that were begun and given up: a frame missing, doubled or of a wrong length, or another message
 *     begun before the end
 * @param timeouts messages of which the next frame did not come in time
 */
record IsoTpCounts(Counter malformed, Counter aborted, Counter timeouts) {

  /** The counters of a source. */
  static IsoTpCounts of(Health health, String source) {
    return new IsoTpCounts(
        health.counter(IsoTpMetrics.MALFORMED, source),
        health.counter(IsoTpMetrics.ABORTED, source),
        health.counter(IsoTpMetrics.TIMEOUTS, source));
  }
}
