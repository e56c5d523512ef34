package dev.caravan.agent.uplink.mqtt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a broker takes no messages now, as when a quota is used up; said once, and once more when it has taken them for
 * {@value #STEADY_NS} ns. The courier's thread.
 */
final class Refusal {
  private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
  private static final long STEADY_NS = 10_000_000_000L;

  private final String name;
  private boolean isThere;
  private boolean told;
  private long latestNs;

  /** {@code name}: in the log. */
  Refusal(String name) {
    this.name = name;
  }

  /** Whether the latest that was answered was refused. */
  boolean isThere() {
    return isThere;
  }

  /** A message was refused, for such a reason. */
  void refused(int reason) {
    isThere = true;
    latestNs = System.nanoTime();
    if (!told) {
      told = true;
      LOG.warn(
          "{}: the broker does not take messages, trying again: {}", name, ReasonCode.text(reason));
    }
  }

  /** A message was taken. */
  void taken() {
    isThere = false;
    if (told && System.nanoTime() - latestNs > STEADY_NS) {
      told = false;
      LOG.info("{}: the broker takes messages again", name);
    }
  }
}
