package dev.caravan.agent.encode.columns;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The samples of one group in the open batch: a log of rows, one for what came together, each with one time and its raw numbers
 * behind those of the row before. As long as all rows are of the same signals, nothing else is written; once one is not, the place
 * of each value and the end of each row are. Its arrays are kept from batch to batch.
 *
 * <pre>
 * times   t0          t1          t2
 * raws    a0 b0 c0    a1 b1 c1    a2 b2 c2        settled:  a0 a1 a2 b0 b1 b2 c0 c1 c2
 * </pre>
 */
final class GroupBuffer {
  private static final byte OK = (byte) WireNumbers.OK;
  private static final byte[] ALL_OK = {};
  private static final int[] NO_PLACES = {};
  private static final long[] NO_NUMBERS = {};
  private static final int SMALLEST = 8;

  /** The most bytes by which a number may make a batch larger, about: its layout and a varint. */
  static final int MOST_BYTES = 11;

  private final String name;
  private final List<SignalBuffer> signals = new ArrayList<>();
  // by the place of a signal in the configuration's group: its buffer's place in the schema, -1
  // where it is not in it
  private int[] inSchema = NO_PLACES;
  private boolean hasContents;

  // of the open batch
  private int rows;
  private int values;
  private long[] times = NO_NUMBERS;
  private long[] raws = NO_NUMBERS;
  // whether all rows have the places of the first
  private boolean isUniform = true;
  private int[] layout = NO_PLACES;
  private int width;
  // only written where it is not uniform
  private int[] places = NO_PLACES;
  private int[] ends = NO_PLACES;
  // only written once a sample is not ok
  private byte[] qualities = ALL_OK;
  private boolean isAllOk = true;
  // how many values are measured, and the number before by place
  private int measured;
  private long[] lasts = NO_NUMBERS;

  // of the batch being written
  private long[] settledTimes = NO_NUMBERS;
  private long[] settledRaws = NO_NUMBERS;
  private byte[] settledQualities = ALL_OK;

  GroupBuffer(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** In the order of the schema. */
  List<SignalBuffer> signals() {
    return signals;
  }

  /** Whether the signal of a place is in the schema. */
  boolean has(int place) {
    return place < inSchema.length && inSchema[place] >= 0;
  }

  /** Takes a signal into the schema. */
  void enter(Signal signal) {
    int place = signal.place();
    if (place >= inSchema.length) {
      int known = inSchema.length;
      inSchema = Arrays.copyOf(inSchema, Math.max(place + 1, known * 2));
      Arrays.fill(inSchema, known, inSchema.length, -1);
    }
    inSchema[place] = signals.size();
    signals.add(new SignalBuffer(signal, signals.size()));
    hasContents |= !signal.kind().isNumber();
  }

  // adding

  /** Whether a group is of the same signals as all rows before it; or, as the first, as those of the batch before. */
  boolean isLike(SampleGroup group) {
    return isUniform && group.hasPlaces(layout, width);
  }

  /**
   * Adds a row, whose signals are in the schema: all of it, or, where a fault of the program strikes, none.
   *
   * @param time in the route's quanta
   */
  void add(SampleGroup group, long time, Contents contents) {
    boolean fits = isLike(group) || (rows == 0 && layOut(group));
    reserve(group.size(), fits);
    if (!fits) {
      group.copyPlaces(places, values);
    }
    group.copyRaws(raws, values);
    if (hasContents) {
      index(group, contents);
    }
    if (!group.isAllOk() || !isAllOk) {
      for (int i = 0; i < group.size(); i++) {
        qualify(values + i, group.quality(i));
      }
    }
    end(time, group.size());
  }

  /** Adds a row of one sample, of a signal that is in the schema; {@code raw} is the index of what is no number. */
  void add(Signal signal, long time, Quality quality, long raw) {
    int place = signal.place();
    boolean fits = (isUniform && width == 1 && layout[0] == place) || (rows == 0 && layOut(place));
    reserve(1, fits);
    if (!fits) {
      places[values] = place;
    }
    raws[values] = raw;
    if (quality != Quality.OK || !isAllOk) {
      qualify(values, quality);
    }
    end(time, 1);
  }

  private void end(long time, int size) {
    if (!isUniform) {
      ends[rows] = values + size;
    }
    times[rows] = time;
    rows++;
    values += size;
  }

  /** The first row of a batch says what all are like, if each signal is there once. */
  private boolean layOut(SampleGroup group) {
    width = 0;
    if (layout.length < group.size()) {
      layout = new int[group.size()];
    }
    group.copyPlaces(layout, 0);
    for (int i = 1; i < group.size(); i++) {
      if (layout[i] <= layout[i - 1]) {
        return false;
      }
    }
    width = group.size();
    return true;
  }

  private boolean layOut(int place) {
    if (layout.length == 0) {
      layout = new int[1];
    }
    layout[0] = place;
    width = 1;
    return true;
  }

  /** Makes room for a row; one that is not like those before it ends that they are alike. */
  private void reserve(int more, boolean fits) {
    if (rows == times.length) {
      times = Arrays.copyOf(times, Math.max(SMALLEST, rows * 2));
    }
    if (raws.length - values < more) {
      raws = Arrays.copyOf(raws, Math.max(Math.max(SMALLEST, raws.length * 2), values + more));
    }
    if (!isAllOk && qualities.length < raws.length) {
      qualities = Arrays.copyOf(qualities, raws.length);
    }
    if (!fits) {
      reserveScattered();
      scatter();
    }
  }

  private void reserveScattered() {
    if (places.length < raws.length) {
      places = Arrays.copyOf(places, raws.length);
    }
    if (ends.length < times.length) {
      ends = Arrays.copyOf(ends, times.length);
    }
  }

  /** From now on each row says what it has. */
  private void scatter() {
    for (int row = 0; isUniform && row < rows; row++) {
      System.arraycopy(layout, 0, places, row * width, width);
      ends[row] = (row + 1) * width;
    }
    isUniform = false;
  }

  /** Texts and blocks go as their indexes. */
  private void index(SampleGroup group, Contents contents) {
    for (int i = 0; i < group.size(); i++) {
      switch (group.signal(i).kind()) {
        case TEXT -> raws[values + i] = contents.index(group.text(i));
        case BYTES -> raws[values + i] = contents.index(group.bytes(i));
        default -> {}
      }
    }
  }

  private void qualify(int at, Quality quality) {
    if (isAllOk) {
      if (qualities.length < raws.length) {
        qualities = new byte[raws.length];
      }
      Arrays.fill(qualities, 0, at, OK);
      isAllOk = false;
    }
    qualities[at] = quality == Quality.OK ? OK : (byte) WireNumbers.of(quality);
  }

  /** About how many bytes the values that were added since the latest call make the batch larger, before it is packed. */
  long measure() {
    if (lasts.length < inSchema.length) {
      lasts = Arrays.copyOf(lasts, inSchema.length);
    }
    long bytes = 0;
    for (int i = measured; i < values; i++) {
      int place = isUniform ? layout[i % width] : places[i];
      long raw = raws[i];
      long step = raw - lasts[place];
      boolean floating = signal(place).isFloating();
      bytes += 1 + WireBytes.varintSize(floating ? raw ^ lasts[place] : WireBytes.zigzag(step));
      lasts[place] = raw;
    }
    measured = values;
    return bytes;
  }

  /** Forgets the samples. */
  void clear() {
    if (rows > 0) {
      signals.forEach(SignalBuffer::clear);
    }
    if (measured > 0) {
      Arrays.fill(lasts, 0);
      measured = 0;
    }
    if (!isUniform) {
      isUniform = true;
      width = 0;
    }
    rows = 0;
    values = 0;
    isAllOk = true;
  }

  // writing

  /** How many samples there are. */
  int size() {
    return values;
  }

  /** Puts the samples of each signal together. */
  void settle() {
    if (settledRaws.length < values) {
      settledRaws = new long[raws.length];
    }
    if (!isAllOk && settledQualities.length < values) {
      settledQualities = new byte[raws.length];
    }
    if (isUniform) {
      settleUniform(isAllOk ? ALL_OK : settledQualities);
    } else {
      settleScattered(isAllOk ? ALL_OK : settledQualities);
    }
  }

  private void settleUniform(byte[] toQualities) {
    for (int i = 0; i < width; i++) {
      int from = i * rows;
      for (int row = 0, at = i; row < rows; row++, at += width) {
        settledRaws[from + row] = raws[at];
      }
      for (int row = 0, at = i; !isAllOk && row < rows; row++, at += width) {
        toQualities[from + row] = qualities[at];
      }
      signal(layout[i]).settle(times, settledRaws, toQualities, from, rows);
    }
  }

  private void settleScattered(byte[] toQualities) {
    if (settledTimes.length < values) {
      settledTimes = new long[raws.length];
    }
    for (int i = 0; i < values; i++) {
      signal(places[i]).count();
    }
    int from = 0;
    for (int i = 0; i < signals.size(); i++) {
      from = signals.get(i).begin(settledTimes, settledRaws, toQualities, from);
    }
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (; at < ends[row]; at++) {
        SignalBuffer signal = signal(places[at]);
        signal.put(times[row], raws[at]);
        if (!isAllOk) {
          signal.qualify(qualities[at]);
        }
      }
    }
  }

  private SignalBuffer signal(int place) {
    return signals.get(inSchema[place]);
  }
}
