package dev.caravan.agent.health;

/** A number that is set. Safe from any thread. */
public final class Gauge {
  private final Metric.Level metric;
  private volatile double value;

  Gauge(Metric.Level metric) {
    this.metric = metric;
  }

  /** What it is. */
  public Metric.Level metric() {
    return metric;
  }

  /** Sets it. */
  public void set(double now) {
    value = now;
  }

  /** The value set last; 0 before the first. */
  public double value() {
    return value;
  }
}
