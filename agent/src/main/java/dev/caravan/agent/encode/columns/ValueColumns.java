package dev.caravan.agent.encode.columns;

import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.v1.BatchContent;

/**
 * The values of all signals of a batch, each laid out in the fewest bytes. Whole numbers, and indexes of texts and
 * blocks, go as differences, floating-point ones as XOR of their bits.
 */
final class ValueColumns {

  private final WireBytes layouts = new WireBytes();
  private final WireBytes firstValues = new WireBytes();
  private final WireBytes steps = new WireBytes();
  private final WireBytes gaps = new WireBytes();
  private final WireBytes floatingBits = new WireBytes();
  private final WireBytes floatingShifts = new WireBytes();
  private final WireBytes floatingSteps = new WireBytes();

  void clear() {
    layouts.clear();
    firstValues.clear();
    steps.clear();
    gaps.clear();
    floatingBits.clear();
    floatingShifts.clear();
    floatingSteps.clear();
  }

  /** {@code isCompact}: a single value needs no layout. */
  void add(SignalBuffer signal, boolean isCompact) {
    if (isCompact && signal.size() == 1) {
      addSingle(signal);
      return;
    }
    int from = signal.from();
    if (signal.isFloating()) {
      addFloating(signal.raws(), from, from + signal.size());
    } else {
      addWhole(signal.raws(), from, from + signal.size());
    }
  }

  private void addSingle(SignalBuffer signal) {
    long raw = signal.raws()[signal.from()];
    if (signal.isFloating()) {
      floatingBits.fixed64(raw);
    } else {
      firstValues.varint(WireBytes.zigzag(raw));
    }
  }

  private void addWhole(long[] raws, int from, int end) {
    firstValues.varint(WireBytes.zigzag(raws[from]));
    int changes = 0;
    int last = from;
    long gapBytes = 0;
    for (int i = from + 1; i < end; i++) {
      long step = raws[i] - raws[i - 1];
      if (step != 0) {
        gapBytes += WireBytes.varintSize(i - last - 1);
        last = i;
        changes++;
      }
    }
    int unchanged = end - from - 1 - changes;
    if (changes == 0) {
      layouts.varint(ColumnCodes.CONSTANT);
    } else if (gapBytes + WireBytes.varintSize(ColumnCodes.SPARSE + changes) < unchanged + 1) {
      layouts.varint(ColumnCodes.SPARSE + changes);
      writeSparseSteps(raws, from, end);
    } else {
      layouts.varint(ColumnCodes.DENSE);
      for (int i = from + 1; i < end; i++) {
        steps.varint(WireBytes.zigzag(raws[i] - raws[i - 1]));
      }
    }
  }

  private void writeSparseSteps(long[] raws, int from, int end) {
    int last = from;
    for (int i = from + 1; i < end; i++) {
      long step = raws[i] - raws[i - 1];
      if (step != 0) {
        gaps.varint(i - last - 1);
        steps.varint(WireBytes.zigzag(step));
        last = i;
      }
    }
  }

  private void addFloating(long[] bits, int from, int end) {
    floatingBits.fixed64(bits[from]);
    long all = 0;
    for (int i = from + 1; i < end; i++) {
      all |= bits[i] ^ bits[i - 1];
    }
    if (all == 0) {
      layouts.varint(ColumnCodes.CONSTANT);
      return;
    }
    // The numbers of a binary32 leave 29 bits of the binary64 empty, those of few binary places
    // even more.
    int shift = Long.numberOfTrailingZeros(all);
    int changes = 0;
    int last = from;
    long stepBytes = 0;
    long gapBytes = 0;
    for (int i = from + 1; i < end; i++) {
      long step = (bits[i] ^ bits[i - 1]) >>> shift;
      if (step != 0) {
        stepBytes += WireBytes.varintSize(step);
        gapBytes += WireBytes.varintSize(i - last - 1);
        last = i;
        changes++;
      }
    }
    long sparse = WireBytes.varintSize(ColumnCodes.SPARSE + changes) + gapBytes + stepBytes + 1;
    long dense = 1 + (end - from - 1 - changes) + stepBytes + 1;
    long plain = 1 + 8L * (end - from - 1);
    if (plain <= Math.min(sparse, dense)) {
      layouts.varint(ColumnCodes.PLAIN);
      for (int i = from + 1; i < end; i++) {
        floatingBits.fixed64(bits[i]);
      }
    } else {
      layouts.varint(sparse < dense ? ColumnCodes.SPARSE + changes : ColumnCodes.DENSE);
      floatingShifts.varint(shift);
      writeFloatingSteps(bits, from, end, shift, sparse < dense);
    }
  }

  private void writeFloatingSteps(long[] bits, int from, int end, int shift, boolean sparse) {
    int last = from;
    for (int i = from + 1; i < end; i++) {
      long step = (bits[i] ^ bits[i - 1]) >>> shift;
      if (!sparse) {
        floatingSteps.varint(step);
      } else if (step != 0) {
        gaps.varint(i - last - 1);
        floatingSteps.varint(step);
        last = i;
      }
    }
  }

  void writeTo(WireBytes out) {
    out.field(BatchContent.LAYOUTS_FIELD_NUMBER, layouts);
    out.field(BatchContent.FIRST_VALUES_FIELD_NUMBER, firstValues);
    out.field(BatchContent.STEPS_FIELD_NUMBER, steps);
    out.field(BatchContent.GAPS_FIELD_NUMBER, gaps);
    out.field(BatchContent.FLOATING_BITS_FIELD_NUMBER, floatingBits);
    out.field(BatchContent.FLOATING_SHIFTS_FIELD_NUMBER, floatingShifts);
    out.field(BatchContent.FLOATING_STEPS_FIELD_NUMBER, floatingSteps);
  }
}
