package dev.caravan.agent.device.nev;

import java.util.function.ToDoubleFunction;

/**
 * One signal within a message: where its bits lie, what they mean, and which property of the car it shows.
 *
 * @param name as in the DBC file
 * @param page the value of the multiplexer that it belongs to, {@value #EVERY_PAGE} if it is there always
 * @param start bit number as DBC counts: lowest bit of a little-endian signal, highest of a big-endian one
 * @param length 1..32 bits
 * @param factor value = raw * factor + offset
 * @param min of the value; below it, this is sent
 * @param max of the value; above it, this is sent
 * @param unit of the value, empty if it has none
 * @param value of the car now
 */
record SignalLayout(
    String name,
    int page,
    int start,
    int length,
    boolean bigEndian,
    boolean signed,
    double factor,
    double offset,
    double min,
    double max,
    String unit,
    ToDoubleFunction<Car> value) {
  static final int EVERY_PAGE = -1;

  SignalLayout {
    double most = Math.scalb(1.0, signed ? length - 1 : length) - 1;
    double least = signed ? -most - 1 : 0;
    if (length < 1
        || length > 32
        || least * factor + offset > min + factor / 2
        || most * factor + offset < max - factor / 2) {
      throw new IllegalArgumentException("signal " + name + ": " + length + " bits hold "
          + (least * factor + offset) + ".." + (most * factor + offset) + ", not " + min + ".."
          + max);
    }
  }

  /** The raw number that is nearest to the car's value within the range. */
  long raw(Car car) {
    double bounded = Math.max(min, Math.min(max, value.applyAsDouble(car)));
    return (long) Math.rint((bounded - offset) / factor);
  }

  /** How far the signal's lowest bit is from the lowest bit of the payload read as one number in its byte order. */
  int shift() {
    if (!bigEndian) {
      return start;
    }
    int fromTop = start / 8 * 8 + 7 - start % 8;
    return 64 - fromTop - length;
  }
}
