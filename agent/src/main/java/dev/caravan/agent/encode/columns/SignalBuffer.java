package dev.caravan.agent.encode.columns;

import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import java.util.Arrays;

/**
 * The samples of one signal in the batch that is being written, in order of arrival: a part of the arrays in which its {@link
 * GroupBuffer} has put those of each signal together.
 */
final class SignalBuffer {
  private static final long[] NO_NUMBERS = {};
  private static final byte[] ALL_OK = {};

  private final Signal signal;
  private final int place;
  private final boolean floating;

  // of the batch being written
  private long[] times = NO_NUMBERS;
  private int timesFrom;
  private long timesHash;
  private long[] raws = NO_NUMBERS;
  private byte[] qualities = ALL_OK;
  private int from;
  private int size;

  /** For a signal that has this place among those of its group in the schema, from 0. */
  SignalBuffer(Signal signal, int place) {
    this.signal = signal;
    this.place = place;
    this.floating = signal.kind() == Kind.FLOAT || signal.kind() == Kind.DOUBLE;
  }

  /** Its samples stand in these arrays from a place on, so many of them, and their times from the beginning. */
  void settle(long[] ofTimes, long[] ofRaws, byte[] ofQualities, int first, int count) {
    times = ofTimes;
    timesFrom = 0;
    timesHash = 0;
    raws = ofRaws;
    qualities = ofQualities;
    from = first;
    size = count;
  }

  /** The next of its samples, which are {@link #put} after the place of the first is known, is one of so many. */
  void count() {
    size++;
  }

  /** Those that were counted will be put into these arrays, times and values both from a place on; gives the place behind them. */
  int begin(long[] ofTimes, long[] ofRaws, byte[] ofQualities, int first) {
    int counted = size;
    settle(ofTimes, ofRaws, ofQualities, first, 0);
    timesFrom = first;
    return first + counted;
  }

  /** Puts the next sample. */
  void put(long time, long raw) {
    int at = from + size++;
    times[at] = time;
    raws[at] = raw;
    timesHash = timesHash * 31 + time;
  }

  /** Says how far the sample that was put last may be believed. */
  void qualify(byte quality) {
    qualities[from + size - 1] = quality;
  }

  void clear() {
    settle(NO_NUMBERS, NO_NUMBERS, ALL_OK, 0, 0);
  }

  /** Whether both, of one group, have samples at the same times in the same order. */
  boolean sharesTimesWith(SignalBuffer other) {
    return size == other.size
        && timesHash == other.timesHash
        && (timesFrom == other.timesFrom
            || Arrays.equals(
                times,
                timesFrom,
                timesFrom + size,
                other.times,
                other.timesFrom,
                other.timesFrom + size));
  }

  Signal signal() {
    return signal;
  }

  int place() {
    return place;
  }

  boolean isFloating() {
    return floating;
  }

  int size() {
    return size;
  }

  /** Times of signals of the group; those of this one begin at {@link #timesFrom}. */
  long[] times() {
    return times;
  }

  int timesFrom() {
    return timesFrom;
  }

  /** Raw numbers of signals of the group; those of this one begin at {@link #from}, and so do its qualities. */
  long[] raws() {
    return raws;
  }

  int from() {
    return from;
  }

  boolean isAllOk() {
    return qualities.length == 0;
  }

  /** Where not all of the group are ok. */
  byte[] qualities() {
    return qualities;
  }
}
