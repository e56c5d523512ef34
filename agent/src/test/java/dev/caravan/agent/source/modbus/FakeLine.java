package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A line on which time passes only while somebody waits, and what the far end does is up to the test. */
final class FakeLine implements Line {
  /** The far end. */
  interface Far {
    /** A request has come; answers are said to the line. */
    void hear(long nowNs, byte[] request, FakeLine line);
  }

  private record Said(long atNs, long order, Bytes bytes) {}

  private static final long MS = 1_000_000;

  /** So long a call takes that waits for nothing. */
  private static final long CALL_NS = 20_000;

  private final FakeTimeline time;
  private final Far far;
  private final PriorityQueue<Said> coming =
      new PriorityQueue<>(Comparator.comparingLong(Said::atNs).thenComparingLong(Said::order));
  private long order;

  FakeLine(FakeTimeline time, Far far) {
    this.time = time;
    this.far = far;
  }

  /** These bytes arrive then. */
  void say(long atNs, byte[] bytes) {
    coming.add(new Said(atNs, order++, Bytes.of(bytes)));
  }

  @Override
  public int read(byte[] buffer, int timeoutMs) {
    time.advanceNs(CALL_NS);
    long endNs = time.monotonicNs() + timeoutMs * MS;
    if (coming.isEmpty() || coming.element().atNs > endNs) {
      time.advanceNs(endNs - time.monotonicNs());
      return 0;
    }
    time.advanceNs(Math.max(0, coming.element().atNs - time.monotonicNs()));
    int count = 0;
    while (!coming.isEmpty()
        && coming.element().atNs <= time.monotonicNs()
        && count + coming.element().bytes.length() <= buffer.length) {
      Bytes bytes = coming.remove().bytes;
      bytes.copyTo(buffer, count);
      count += bytes.length();
    }
    return count;
  }

  @Override
  public void write(byte[] bytes, int timeoutMs) {
    far.hear(time.monotonicNs(), bytes, this);
  }

  @Override
  public void close() {
    // what is on its way still comes when it is opened again
  }
}
