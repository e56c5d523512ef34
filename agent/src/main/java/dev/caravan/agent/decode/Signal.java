package dev.caravan.agent.decode;

/**
 * One signal of the configuration. There is one instance for each, so signals are compared by identity and found in
 * arrays by {@link #index()}.
 */
public final class Signal {
  private final SignalSpec spec;
  private final int index;

  Signal(SignalSpec spec, int index) {
    this.spec = spec;
    this.index = index;
  }

  /** Small and unique in one configuration, from 0. */
  public int index() {
    return index;
  }

  /** Its name, {@code Vehicle.Speed}. */
  public String path() {
    return spec.path();
  }

  /** Everything known of it. */
  public SignalSpec spec() {
    return spec;
  }

  /** What raw values are. */
  public Kind kind() {
    return spec.kind();
  }

  /** Physical value of a whole raw number: raw * factor + offset in double. */
  public double physical(long raw) {
    double number = spec.kind() == Kind.UNSIGNED ? unsignedToDouble(raw) : (double) raw;
    return number * spec.factor() + spec.offset();
  }

  /** Physical value of a raw floating-point number: raw * factor + offset in double. */
  public double physical(double raw) {
    return raw * spec.factor() + spec.offset();
  }

  /** The nearest double of a 64-bit unsigned number. */
  public static double unsignedToDouble(long raw) {
    if (raw >= 0) {
      return raw;
    }
    // Half of it with the lost bit kept sticky, so that rounding is right, then doubled.
    return (double) ((raw >>> 1) | (raw & 1)) * 2.0;
  }

  @Override
  public String toString() {
    return spec.path();
  }
}
