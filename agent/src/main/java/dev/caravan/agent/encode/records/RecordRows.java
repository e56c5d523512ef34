package dev.caravan.agent.encode.records;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.PerSignal;
import dev.caravan.agent.signal.Labels;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.Record;
import dev.caravan.v1.Records;
import java.util.Map;

/** Samples as fields of a message, each behind the one before. One thread. */
final class RecordRows {
  private final WireBytes rows = new WireBytes();
  private final WireBytes row = new WireBytes();
  private final PerSignal<Fields> signals = new PerSignal<>(signal -> new Fields(signal.spec()));

  /** What is the same in every sample of a signal, with its tags. */
  private static final class Fields {
    final byte[] path;
    final byte[] unit;
    final Labels labels;

    Fields(SignalSpec signal) {
      path = field(Record.PATH_FIELD_NUMBER, signal.path());
      unit = signal.unit().isEmpty() ? new byte[0] : field(Record.UNIT_FIELD_NUMBER, signal.unit());
      labels = new Labels(
          signal.kind().isInteger() ? signal.labels() : Map.of(),
          label -> field(Record.LABEL_FIELD_NUMBER, label));
    }

    private static byte[] field(int number, String text) {
      WireBytes field = new WireBytes();
      field.textField(number, text);
      return field.bytes().toArray();
    }
  }

  /** All of them. */
  WireBytes all() {
    return rows;
  }

  /** One more. */
  void add(Sample sample, long timeUs) {
    Signal signal = sample.signal();
    Fields own = signals.of(signal);
    Quality quality = sample.quality();
    row.clear();
    row.raw(own.path, own.path.length);
    row.presentField(Record.TIME_US_FIELD_NUMBER, timeUs);
    byte[] label = null;
    if (quality.hasValue()) {
      value(sample, signal);
      label = own.labels.of(sample.rawBits());
    }
    row.presentField(Record.QUALITY_FIELD_NUMBER, WireNumbers.of(quality));
    row.raw(own.unit, own.unit.length);
    if (label != null) {
      row.raw(label, label.length);
    }
    rows.field(Records.RECORDS_FIELD_NUMBER, row);
  }

  private void value(Sample sample, Signal signal) {
    long raw = sample.rawBits();
    switch (signal.kind()) {
      case TEXT -> row.textField(Record.TEXT_FIELD_NUMBER, sample.text());
      case BYTES ->
        row.bytesField(
            Record.BLOCK_FIELD_NUMBER, sample.bytes().toArray(), sample.bytes().length());
      case BOOLEAN -> row.presentField(Record.FLAG_FIELD_NUMBER, raw == 0 ? 0 : 1);
      default -> number(signal.scale(), raw);
    }
  }

  private void number(Scale scale, long raw) {
    if (!scale.isWhole()) {
      row.fixed64Field(Record.NUMBER_FIELD_NUMBER, Double.doubleToRawLongBits(scale.physical(raw)));
    } else if (scale.isLong(raw)) {
      row.presentField(Record.INTEGER_FIELD_NUMBER, WireBytes.zigzag(scale.whole(raw)));
    } else {
      row.textField(Record.LARGE_FIELD_NUMBER, scale.exact(raw));
    }
  }
}
