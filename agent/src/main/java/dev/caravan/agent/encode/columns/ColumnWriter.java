package dev.caravan.agent.encode.columns;

import dev.caravan.agent.wire.WireBytes;
import dev.caravan.v1.BatchContent;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the samples of a batch as columns: signals of one group that have the same times share one. Everything it needs
 * is kept from batch to batch.
 */
final class ColumnWriter {
  private static final int LARGEST_EXPONENT = 6;

  /** Signals of one group at the same times. */
  private static final class Column {
    private int group;
    private boolean whole;
    private long firstUnit;
    private final List<SignalBuffer> members = new ArrayList<>();

    private long[] times() {
      return members.get(0).times();
    }

    /** Where its times begin. */
    private int from() {
      return members.get(0).timesFrom();
    }

    private int size() {
      return members.get(0).size();
    }
  }

  private final List<Column> columns = new ArrayList<>();
  private final TimeColumn timeColumn = new TimeColumn();
  private final ValueColumns values = new ValueColumns();
  private final QualityRuns qualities = new QualityRuns();
  private final WireBytes heads = new WireBytes();
  private final WireBytes sizes = new WireBytes();
  private final WireBytes firsts = new WireBytes();
  private final WireBytes periods = new WireBytes();
  private final WireBytes residuals = new WireBytes();
  private final WireBytes members = new WireBytes();
  private long[] units = new long[64];

  // of the batch being written
  private int used;
  private int exponent;
  private long baseTime;

  /** The unit of time in which the batch written last is told, as a power of ten in microseconds. */
  int exponent() {
    return exponent;
  }

  /** Zero time of the batch written last, units since 1970. */
  long baseTime() {
    return baseTime;
  }

  /**
   * Lays out all samples; afterwards {@link #exponent} and {@link #baseTime} are known and {@link #writeTo} writes.
   *
   * @param quantumExponent of the unit in which the buffers tell times
   * @param isCompact whether what goes without saying is left out
   */
  void layOut(List<GroupBuffer> groups, int quantumExponent, boolean isCompact) {
    clear();
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).size() > 0) {
        gather(group, groups.get(group));
      }
    }
    long scale = chooseUnit(quantumExponent);
    int groupBefore = 0;
    for (int i = 0; i < used; i++) {
      Column column = columns.get(i);
      writeTimes(column, scale, column.group - groupBefore);
      groupBefore = column.group;
      writeMembers(column);
      for (int member = 0; member < column.members.size(); member++) {
        values.add(column.members.get(member), isCompact);
        qualities.add(column.members.get(member));
      }
    }
    if (isCompact) {
      leaveOut();
    }
  }

  /** What is the same for all columns. */
  private void leaveOut() {
    boolean areSingle = true;
    boolean areAtBase = true;
    for (int i = 0; i < used; i++) {
      areSingle &= columns.get(i).size() == 1;
      areAtBase &= columns.get(i).firstUnit == 0;
    }
    if (areSingle) {
      sizes.clear();
    }
    if (areAtBase) {
      firsts.clear();
    }
  }

  private void clear() {
    used = 0;
    values.clear();
    qualities.clear();
    heads.clear();
    sizes.clear();
    firsts.clear();
    periods.clear();
    residuals.clear();
    members.clear();
  }

  private void gather(int group, GroupBuffer buffer) {
    int from = used;
    buffer.settle();
    List<SignalBuffer> signals = buffer.signals();
    for (int i = 0; i < signals.size(); i++) {
      SignalBuffer signal = signals.get(i);
      if (signal.size() > 0) {
        columnLike(signal, from, group).members.add(signal);
      }
    }
    if (used > from) {
      columns.get(from).whole = columns.get(from).members.size() == signals.size();
    }
  }

  private Column columnLike(SignalBuffer signal, int from, int group) {
    for (int i = from; i < used; i++) {
      Column column = columns.get(i);
      if (column.members.get(0).sharesTimesWith(signal)) {
        return column;
      }
    }
    if (used == columns.size()) {
      columns.add(new Column());
    }
    Column fresh = columns.get(used++);
    fresh.group = group;
    fresh.whole = false;
    fresh.members.clear();
    return fresh;
  }

  /** Sets exponent and base time; returns how many quanta make a unit. */
  private long chooseUnit(int quantumExponent) {
    long scale = 1;
    exponent = quantumExponent;
    while (exponent < LARGEST_EXPONENT && allDivideBy(scale * 10)) {
      scale *= 10;
      exponent++;
    }
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < used; i++) {
      earliest = Math.min(earliest, columns.get(i).times()[columns.get(i).from()]);
    }
    baseTime = earliest / scale;
    return scale;
  }

  private boolean allDivideBy(long divisor) {
    for (int i = 0; i < used; i++) {
      long[] times = columns.get(i).times();
      int from = columns.get(i).from();
      int end = from + columns.get(i).size();
      for (int sample = from; sample < end; sample++) {
        if (times[sample] % divisor != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void writeTimes(Column column, long scale, int groupsOn) {
    int n = column.size();
    long[] times = unitsSinceBase(column.times(), column.from(), n, scale);
    timeColumn.choose(times, n);
    heads.varint(((long) groupsOn << 4) | (column.whole ? 0 : 8) | timeColumn.mode());
    sizes.varint(n);
    firsts.varint(times[0]);
    column.firstUnit = times[0];
    if (n > 1) {
      periods.varint(timeColumn.period());
      timeColumn.writeResiduals(times, n, residuals);
    }
  }

  private long[] unitsSinceBase(long[] times, int from, int n, long scale) {
    if (units.length < n) {
      units = new long[Math.max(n, units.length * 2)];
    }
    if (scale == 1) {
      for (int i = 0; i < n; i++) {
        units[i] = times[from + i] - baseTime;
      }
    } else {
      for (int i = 0; i < n; i++) {
        units[i] = times[from + i] / scale - baseTime;
      }
    }
    return units;
  }

  private void writeMembers(Column column) {
    if (column.whole) {
      return;
    }
    members.varint(column.members.size());
    int next = 0;
    for (int i = 0; i < column.members.size(); i++) {
      int place = column.members.get(i).place();
      members.varint(place - next);
      next = place + 1;
    }
  }

  /** Writes what was laid out last. */
  void writeTo(WireBytes out) {
    out.field(BatchContent.COLUMN_HEADS_FIELD_NUMBER, heads);
    out.field(BatchContent.COLUMN_SIZES_FIELD_NUMBER, sizes);
    out.field(BatchContent.COLUMN_FIRSTS_FIELD_NUMBER, firsts);
    out.field(BatchContent.COLUMN_PERIODS_FIELD_NUMBER, periods);
    out.field(BatchContent.TIME_RESIDUALS_FIELD_NUMBER, residuals);
    values.writeTo(out);
    out.field(BatchContent.MEMBERS_FIELD_NUMBER, members);
    qualities.writeTo(out);
  }
}
