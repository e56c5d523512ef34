package dev.caravan.agent.health;

/** A number that is set. Safe from any thread. */
public final class Gauge {
  private volatile double value;

  Gauge() {}

  /** Sets it. */
  public void set(double now) {
    value = now;
  }

  /** The value set last; 0 before the first. */
  public double value() {
    return value;
  }
}
