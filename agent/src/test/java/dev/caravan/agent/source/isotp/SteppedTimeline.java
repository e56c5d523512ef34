package dev.caravan.agent.source.isotp;

import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;

/** A timeline that stands still until it is told. */
final class SteppedTimeline implements Timeline {
  static final long EPOCH_NS = 1_700_000_000_000_000_000L;

  private long monotonicNs = 5_000_000_000L;

  void step(long ms) {
    monotonicNs += ms * 1_000_000;
  }

  @Override
  public long nowNs() {
    return EPOCH_NS + monotonicNs;
  }

  @Override
  public long monotonicNs() {
    return monotonicNs;
  }

  @Override
  public TimeOrigin origin() {
    return TimeOrigin.NONE;
  }

  @Override
  public long errorNs() {
    return Long.MAX_VALUE;
  }
}
