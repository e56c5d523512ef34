package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClockReadingTest {
  /** Holds whoever reads the time of day up by 80 ms, so many times. */
  private static final class HeldUp implements Timeline {
    private final FakeTimeline inner = new FakeTimeline(1_764_000_000_000_000_000L);
    private int times;

    HeldUp(int times) {
      this.times = times;
    }

    @Override
    public long nowNs() {
      long now = inner.nowNs();
      if (times-- > 0) {
        inner.advanceNs(80_000_000L);
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

  @Test
  void whoIsHeldUpBetweenTheTwoClocksReadsThemAgain() {
    long apartUs = ClockReading.of(new HeldUp(0)).apartUs();
    assertEquals(apartUs, ClockReading.of(new HeldUp(1)).apartUs());
    assertEquals(apartUs, ClockReading.of(new HeldUp(4)).apartUs());
  }
}
