package dev.caravan.agent.wire;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.v1.BatchContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Walks the columns of one batch. */
final class ColumnReader {
  private static final int LARGEST_EXPONENT = 6;
  private static final int ONLY_SOME = 8;
  private static final int MODES = 8;

  private final MessageParts.Parts parts;
  private final BatchContent content;
  private final SchemaDescription schema;
  private final int[] firstOrders;
  private final List<NumberList> lists = new ArrayList<>();
  private final NumberList heads;
  private final NumberList sizes;
  private final NumberList firsts;
  private final NumberList periods;
  private final NumberList residuals;
  private final NumberList layouts;
  private final NumberList firstValues;
  private final NumberList steps;
  private final NumberList gaps;
  private final NumberList members;
  private final NumberList floatingBits;
  private final NumberList floatingShifts;
  private final NumberList floatingSteps;
  private final NumberList qualitySkips;
  private final NumberList qualityLengths;
  private final NumberList qualities;
  private final List<SignalValues> values = new ArrayList<>();

  // on the walk
  private long roomBytes = ReadRoom.samplesBytes();
  private int samples;
  private long scale = 1;

  ColumnReader(MessageParts.Parts parts, SchemaDescription schema) {
    this.parts = parts;
    this.content = parts.content();
    this.schema = schema;
    this.firstOrders = new int[schema.groups().size()];
    for (int group = 1; group < firstOrders.length; group++) {
      firstOrders[group] =
          firstOrders[group - 1] + schema.groups().get(group - 1).size();
    }
    BatchContent c = content;
    heads = list("column_heads", c.getColumnHeadsCount(), c::getColumnHeads);
    sizes = list("column_sizes", c.getColumnSizesCount(), c::getColumnSizes);
    firsts = list("column_firsts", c.getColumnFirstsCount(), c::getColumnFirsts);
    periods = list("column_periods", c.getColumnPeriodsCount(), c::getColumnPeriods);
    residuals = list("time_residuals", c.getTimeResidualsCount(), c::getTimeResiduals);
    layouts = list("layouts", c.getLayoutsCount(), c::getLayouts);
    firstValues = list("first_values", c.getFirstValuesCount(), c::getFirstValues);
    steps = list("steps", c.getStepsCount(), c::getSteps);
    gaps = list("gaps", c.getGapsCount(), c::getGaps);
    members = list("members", c.getMembersCount(), c::getMembers);
    floatingBits = list("floating_bits", c.getFloatingBitsCount(), c::getFloatingBits);
    floatingShifts = list("floating_shifts", c.getFloatingShiftsCount(), c::getFloatingShifts);
    floatingSteps = list("floating_steps", c.getFloatingStepsCount(), c::getFloatingSteps);
    qualitySkips = list("quality_skips", c.getQualitySkipsCount(), c::getQualitySkips);
    qualityLengths = list("quality_lengths", c.getQualityLengthsCount(), c::getQualityLengths);
    qualities = list("qualities", c.getQualitiesCount(), c::getQualitiesValue);
  }

  private NumberList list(String name, int size, NumberList.At at) {
    NumberList list = new NumberList(name, size, at);
    lists.add(list);
    return list;
  }

  ReadBatch read() throws MalformedMessageException {
    if (content.getTimeExponent() < 0 || content.getTimeExponent() > LARGEST_EXPONENT) {
      throw new MalformedMessageException("batch content: time_exponent="
          + Integer.toUnsignedString(content.getTimeExponent()) + "; want 0.." + LARGEST_EXPONENT);
    }
    scale = Math.round(Math.pow(10, content.getTimeExponent()));
    int group = 0;
    while (heads.left() > 0) {
      group = readColumn(group);
    }
    readQualities();
    for (NumberList list : lists) {
      list.endsHere();
    }
    return new ReadBatch(parts, schema, scale, List.copyOf(values));
  }

  /** Reads one column, and returns its group. */
  private int readColumn(int groupBefore) throws MalformedMessageException {
    long head = heads.next();
    long group = groupBefore + (head >>> 4);
    if (group >= schema.groups().size()) {
      throw new MalformedMessageException("batch content: group=" + group + "; the schema has "
          + schema.groups().size());
    }
    List<SignalSpec> signals = schema.groups().get((int) group);
    int[] places = places(signals.size(), (head & ONLY_SOME) != 0);
    int most = (ColumnCodes.MOST_SAMPLES - samples) / places.length;
    int n = isAbsent(content.getColumnSizesCount()) ? 1 : sizes.next(1, most);
    if (n > most) {
      throw new MalformedMessageException(
          "batch content: samples: want at most " + ColumnCodes.MOST_SAMPLES);
    }
    samples += n * places.length;
    roomBytes -= SignalValues.bytes(n, places.length);
    if (roomBytes < 0) {
      throw new MalformedMessageException("batch content: samples=" + samples
          + " and more; take more memory than there is, see -Xmx");
    }
    long[] timesUs = timesUs((int) head & (MODES - 1), n);
    for (int place : places) {
      SignalSpec signal = signals.get(place);
      int order = firstOrders[(int) group] + place;
      values.add(new SignalValues(signal, order, timesUs, raws(signal, n)));
    }
    return (int) group;
  }

  /** Whether a list is left out that says the same for all columns. */
  private boolean isAbsent(int count) {
    return parts.isCompact() && count == 0;
  }

  private int[] places(int signals, boolean onlySome) throws MalformedMessageException {
    if (signals == 0) {
      throw new MalformedMessageException("batch content: a column of a group without signals");
    }
    int[] places = new int[onlySome ? members.next(1, signals) : signals];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = onlySome ? next + members.next(0, signals - 1 - next) : i;
      next = places[i] + 1;
    }
    return places;
  }

  private long[] timesUs(int mode, int n) throws MalformedMessageException {
    if (mode > ColumnCodes.EXACT_FINE_GRID) {
      throw new MalformedMessageException("batch content: time mode=" + mode + "; want 0..4");
    }
    long first = isAbsent(content.getColumnFirstsCount()) ? 0 : firsts.next();
    long period = n > 1 ? periods.next() : 0;
    boolean exact = mode == ColumnCodes.EXACT_GRID || mode == ColumnCodes.EXACT_FINE_GRID;
    boolean fine = mode == ColumnCodes.FINE_GRID || mode == ColumnCodes.EXACT_FINE_GRID;
    long[] times = new long[n];
    times[0] = first;
    for (int i = 1; i < n; i++) {
      long expected = mode == ColumnCodes.STEPS
          ? times[i - 1] + period
          : first + ((i * period) >> (fine ? ColumnCodes.FINE_BITS : 0));
      times[i] = exact ? expected : expected + residuals.next();
    }
    for (int i = 0; i < n; i++) {
      times[i] = (content.getBaseTime() + times[i]) * scale;
    }
    return times;
  }

  private long[] raws(SignalSpec signal, int n) throws MalformedMessageException {
    Kind kind = signal.kind();
    long[] raws = new long[n];
    int layout = parts.isCompact() && n == 1
        ? ColumnCodes.CONSTANT
        : layouts.next(0, ColumnCodes.SPARSE + ColumnCodes.MOST_SAMPLES);
    if (kind == Kind.FLOAT || kind == Kind.DOUBLE) {
      readFloating(raws, layout);
    } else {
      readWhole(raws, layout);
    }
    if (kind == Kind.TEXT) {
      checkIndexes(raws, content.getTextsCount(), "texts");
    } else if (kind == Kind.BYTES) {
      checkIndexes(raws, content.getBlocksCount(), "blocks");
    }
    return raws;
  }

  private void readWhole(long[] raws, int layout) throws MalformedMessageException {
    raws[0] = firstValues.next();
    if (layout == ColumnCodes.PLAIN) {
      throw new MalformedMessageException("batch content: layout=2; only for floating point");
    }
    if (layout == ColumnCodes.DENSE) {
      for (int i = 1; i < raws.length; i++) {
        raws[i] = raws[i - 1] + steps.next();
      }
      return;
    }
    int done = 1;
    for (int change = 0; change < layout - ColumnCodes.SPARSE; change++) {
      int at = done + gaps.next(0, raws.length - 1 - done);
      Arrays.fill(raws, done, at, raws[done - 1]);
      raws[at] = raws[done - 1] + steps.next();
      done = at + 1;
    }
    Arrays.fill(raws, done, raws.length, raws[done - 1]);
  }

  private void readFloating(long[] raws, int layout) throws MalformedMessageException {
    raws[0] = floatingBits.next();
    if (layout == ColumnCodes.PLAIN) {
      for (int i = 1; i < raws.length; i++) {
        raws[i] = floatingBits.next();
      }
      return;
    }
    int shift = layout == ColumnCodes.CONSTANT ? 0 : floatingShifts.next(0, Long.SIZE - 1);
    if (layout == ColumnCodes.DENSE) {
      for (int i = 1; i < raws.length; i++) {
        raws[i] = raws[i - 1] ^ floatingSteps.next() << shift;
      }
      return;
    }
    int done = 1;
    for (int change = 0; change < layout - ColumnCodes.SPARSE; change++) {
      int at = done + gaps.next(0, raws.length - 1 - done);
      Arrays.fill(raws, done, at, raws[done - 1]);
      raws[at] = raws[done - 1] ^ floatingSteps.next() << shift;
      done = at + 1;
    }
    Arrays.fill(raws, done, raws.length, raws[done - 1]);
  }

  private static void checkIndexes(long[] indexes, int size, String name)
      throws MalformedMessageException {
    for (long index : indexes) {
      if (index < 0 || index >= size) {
        throw new MalformedMessageException(
            "batch content: index=" + index + "; " + name + " has " + size);
      }
    }
  }

  /** Lays the runs over all samples in the order in which they were read. */
  private void readQualities() throws MalformedMessageException {
    int left = samples;
    int signal = 0;
    int at = 0;
    while (qualities.left() > 0) {
      int skip = qualitySkips.next(0, left);
      int length = qualityLengths.next(1, left - skip);
      byte quality = (byte) Math.min(Byte.MAX_VALUE, Math.max(0, qualities.next()));
      left -= skip + length;
      int ahead = skip;
      while (ahead > 0 || length > 0) {
        SignalValues each = values.get(signal);
        int some = Math.min(each.size() - at, ahead > 0 ? ahead : length);
        if (ahead > 0) {
          ahead -= some;
        } else {
          each.setQuality(at, some, quality);
          length -= some;
        }
        at += some;
        if (at == each.size()) {
          at = 0;
          signal++;
        }
      }
    }
  }
}
