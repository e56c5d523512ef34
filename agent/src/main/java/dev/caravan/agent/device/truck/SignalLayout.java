package dev.caravan.agent.device.truck;

import java.util.function.ToDoubleFunction;

/**
 * One signal of a message: little-endian, without a sign, as all in J1939.
 *
 * @param name as in the DBC file
 * @param start number of its lowest bit
 * @param length 2, 4, 8, 16 or 32 bits
 * @param factor value = raw * factor + offset
 * @param value of the truck now; NaN if there is none
 */
record SignalLayout(
    String name,
    int start,
    int length,
    double factor,
    double offset,
    ToDoubleFunction<Truck> value) {

  /** The raw number that is nearest to the truck's value, within the range that means a value. */
  long raw(Truck truck) {
    double now = value.applyAsDouble(truck);
    if (Double.isNaN(now)) {
      return -1L >>> (64 - length); // not available: SAE J1939-71, table 1
    }
    return Math.max(0, Math.min(highest(), Math.round((now - offset) / factor)));
  }

  /** The highest raw number that is a value: FA, FAFF, FAFFFFFF; of choices all but error and not available. */
  long highest() {
    return length >= 8 ? (0xFBL << (length - 8)) - 1 : (1L << length) - 3;
  }

  /** Writes a raw number where the signal lies. */
  void put(long raw, byte[] payload) {
    for (int bit = 0; bit < length; bit++) {
      int at = start + bit;
      int mask = 1 << at % 8;
      boolean isSet = (raw >>> bit & 1) != 0;
      payload[at / 8] = (byte) (isSet ? payload[at / 8] | mask : payload[at / 8] & ~mask);
    }
  }
}
