package dev.caravan.agent.encode;

import dev.caravan.agent.wire.LedgerCounts;
import org.jspecify.annotations.Nullable;

/** The ledgers of bodies that are told anew one after the other, so that they go on from that of another queue. One thread at a time. */
public final class LedgerRun {
  private final LedgerCounts base;
  private @Nullable LedgerCounts first;
  private LedgerCounts told;

  /** Behind that one. */
  public LedgerRun(LedgerCounts base) {
    this.base = base;
    this.told = base;
  }

  /** What the newest body says now. */
  public LedgerCounts told() {
    return told;
  }

  /** What the next body, of so many samples, says instead of what it said. */
  public LedgerCounts next(LedgerCounts said, int samples) {
    LedgerCounts from = first == null ? said : first;
    first = from;
    told = base.plus(said.minus(from)).withSent(told.samplesSent() + samples).withLostOf(base);
    return told;
  }
}
