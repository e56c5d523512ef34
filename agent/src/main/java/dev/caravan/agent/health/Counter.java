package dev.caravan.agent.health;

import java.util.concurrent.atomic.LongAdder;

/** A number that only rises. Safe from any thread. */
public final class Counter {
  private final Metric.Count metric;
  private final LongAdder count = new LongAdder();

  Counter(Metric.Count metric) {
    this.metric = metric;
  }

  /** What it is. */
  public Metric.Count metric() {
    return metric;
  }

  /** Counts one. */
  public void increment() {
    count.increment();
  }

  /** Counts so many; {@code by} is not negative. */
  public void add(long by) {
    count.add(by);
  }

  /** The count since the agent started. */
  public long value() {
    return count.sum();
  }
}
