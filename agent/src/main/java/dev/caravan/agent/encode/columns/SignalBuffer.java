package dev.caravan.agent.encode.columns;

import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import java.util.Arrays;

/** The samples of one signal in the open batch, in order of arrival. Its arrays are kept from batch to batch. */
final class SignalBuffer {
  private final Signal signal;
  private final int place;
  private final Kind kind;
  private final boolean floating;
  private long[] times = new long[8];
  private long[] raws = new long[8];
  // only as long as needed, and only written once a sample is not ok
  private byte[] qualities = {};

  // of the open batch
  private int size;
  private long timesHash;
  private boolean allOk = true;

  /** For a signal that has this place in its group, from 0. */
  SignalBuffer(Signal signal, int place) {
    this.signal = signal;
    this.place = place;
    this.kind = signal.kind();
    this.floating = kind == Kind.FLOAT || kind == Kind.DOUBLE;
  }

  /**
   * Adds a sample.
   *
   * @param time in the route's quanta
   * @param raw a whole number, the bits of a double, or an index into the batch's texts or blocks
   * @param quality its number
   * @return about how many bytes it adds to the batch
   */
  int add(long time, long raw, int quality) {
    int at = size;
    if (at == times.length) {
      times = Arrays.copyOf(times, at * 2);
      raws = Arrays.copyOf(raws, at * 2);
    }
    times[at] = time;
    raws[at] = raw;
    if (quality != WireNumbers.OK || !allOk) {
      setQuality(at, quality);
    }
    timesHash = timesHash * 31 + time;
    size = at + 1;
    long before = at == 0 ? 0 : raws[at - 1];
    return 1 + WireBytes.varintSize(floating ? raw ^ before : WireBytes.zigzag(raw - before));
  }

  private void setQuality(int at, int quality) {
    if (qualities.length < times.length) {
      qualities = Arrays.copyOf(qualities, times.length);
    }
    if (allOk) {
      Arrays.fill(qualities, 0, at, (byte) WireNumbers.OK);
      allOk = false;
    }
    qualities[at] = (byte) quality;
  }

  void clear() {
    size = 0;
    timesHash = 0;
    allOk = true;
  }

  /** Whether both have samples at the same times in the same order. */
  boolean sharesTimesWith(SignalBuffer other) {
    return size == other.size
        && timesHash == other.timesHash
        && Arrays.equals(times, 0, size, other.times, 0, size);
  }

  Signal signal() {
    return signal;
  }

  int place() {
    return place;
  }

  Kind kind() {
    return kind;
  }

  boolean isFloating() {
    return floating;
  }

  int size() {
    return size;
  }

  boolean isAllOk() {
    return allOk;
  }

  long[] times() {
    return times;
  }

  long[] raws() {
    return raws;
  }

  /** Of a signal whose samples are not all ok. */
  byte[] qualities() {
    return qualities;
  }
}
