package dev.caravan.agent.clock;

/** A time that a test sets, and that holds whoever reads the time of day up, as a busy machine does, so many times. */
public final class HeldUpTimeline implements Timeline {
  private final FakeTimeline inner;
  private final long heldNs;
  private int times;

  /** Starts at so many epoch nanoseconds; who is held up is so for {@code heldNs}. */
  public HeldUpTimeline(long startNs, long heldNs) {
    this.inner = new FakeTimeline(startNs);
    this.heldNs = heldNs;
  }

  /** Holds up the next so many. */
  public void holdUp(int next) {
    times = next;
  }

  /** The time, to be set. */
  public FakeTimeline inner() {
    return inner;
  }

  @Override
  public long nowNs() {
    long now = inner.nowNs();
    if (times > 0) {
      times--;
      inner.advanceNs(heldNs);
    }
    return now;
  }

  @Override
  public long monotonicNs() {
    return inner.monotonicNs();
  }

  @Override
  public long sinceBootNs() {
    return inner.sinceBootNs();
  }

  @Override
  public TimeOrigin origin() {
    return inner.origin();
  }

  @Override
  public long errorNs() {
    return inner.errorNs();
  }
}
