package dev.caravan.agent.wire;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.Arrays;

/** The samples of one signal as read from a column, whose times it shares with the column's other signals. */
final class SignalValues {
  /** Before there is one. */
  static final SignalValues NONE =
      new SignalValues(SignalSpec.of("", "", "", Kind.UNSIGNED), 0, new long[1], new long[1]);

  private final SignalSpec signal;
  private final int order;
  private final long[] timesUs;
  private final long[] raws;
  private final byte[] qualityNumbers;

  /**
   * Samples that are all ok.
   *
   * @param order the signal's place in the schema
   */
  SignalValues(SignalSpec signal, int order, long[] timesUs, long[] raws) {
    this.signal = signal;
    this.order = order;
    this.timesUs = timesUs;
    this.raws = raws;
    this.qualityNumbers = new byte[raws.length];
    Arrays.fill(qualityNumbers, (byte) WireNumbers.OK);
  }

  /** What a column of so many signals with so many times takes, about. */
  static long bytes(int times, int signals) {
    return 8L * times + signals * (9L * times + 150);
  }

  SignalSpec signal() {
    return signal;
  }

  int order() {
    return order;
  }

  int size() {
    return raws.length;
  }

  long timeUs(int at) {
    return timesUs[at];
  }

  long raw(int at) {
    return raws[at];
  }

  int qualityNumber(int at) {
    return qualityNumbers[at];
  }

  void setQuality(int from, int length, byte number) {
    Arrays.fill(qualityNumbers, from, from + length, number);
  }
}
