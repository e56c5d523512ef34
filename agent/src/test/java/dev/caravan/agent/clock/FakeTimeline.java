package dev.caravan.agent.clock;

/** A time that a test sets. Safe from any thread. */
public final class FakeTimeline implements Timeline {
  private volatile long nowNs;
  private volatile long monotonicNs;
  private volatile long asleepNs;
  private volatile TimeOrigin origin = TimeOrigin.NTP;

  /** Starts at so many epoch nanoseconds, which the monotonic clock shows too. */
  public FakeTimeline(long startNs) {
    nowNs = startNs;
    monotonicNs = startNs;
  }

  /** Lets time pass. */
  public synchronized void advanceNs(long byNs) {
    nowNs += byNs;
    monotonicNs += byNs;
  }

  /** Sets the time of day, and nothing else. */
  public synchronized void jumpNs(long byNs) {
    nowNs += byNs;
  }

  /** Lets the board sleep: the monotonic clock stands still. */
  public synchronized void sleepNs(long forNs) {
    nowNs += forNs;
    asleepNs += forNs;
  }

  /** From now on the time of day comes from there. */
  public void origin(TimeOrigin from) {
    origin = from;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public long monotonicNs() {
    return monotonicNs;
  }

  @Override
  public synchronized long sinceBootNs() {
    return monotonicNs + asleepNs;
  }

  @Override
  public TimeOrigin origin() {
    return origin;
  }

  @Override
  public long errorNs() {
    return origin == TimeOrigin.NONE ? Long.MAX_VALUE : 1_000_000;
  }
}
