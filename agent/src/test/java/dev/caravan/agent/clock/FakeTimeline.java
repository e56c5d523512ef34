package dev.caravan.agent.clock;

/** A time that a test sets. Safe from any thread. */
public final class FakeTimeline implements Timeline {
  private volatile long nowNs;

  /** Starts at so many epoch nanoseconds. */
  public FakeTimeline(long startNs) {
    nowNs = startNs;
  }

  /** Lets time pass. */
  public synchronized void advanceNs(long byNs) {
    nowNs += byNs;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public long monotonicNs() {
    return nowNs;
  }

  @Override
  public TimeOrigin origin() {
    return TimeOrigin.NTP;
  }

  @Override
  public long errorNs() {
    return 1_000_000;
  }
}
