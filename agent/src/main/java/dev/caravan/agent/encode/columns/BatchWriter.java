package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.BodyPacker;
import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.BatchContent;
import java.util.Optional;

/** Gathers the samples of one batch in the buffers of a book, and packs them. Everything it needs is kept from batch to batch. */
final class BatchWriter implements AutoCloseable {
  /**
   * How batches are told.
   *
   * @param compresses whether Deflate is used where it makes one smaller
   * @param isCompact whether what goes without saying is left out
   */
  record Form(boolean compresses, boolean isCompact) {}

  /**
   * What a batch says besides its samples.
   *
   * @param bootId empty where the stream and the boot count stand for it
   * @param ledger where there is one
   * @param tellsLedger whether it leaves with the batch, or is only kept with it
   */
  record Header(
      Bytes bootId,
      long bootCount,
      Optional<LedgerCounts> ledger,
      boolean tellsLedger,
      ClockReading clock) {}

  private final SignalBook signals;
  private final Form form;
  private final BodyPacker packer;
  private final int quantumExponent;
  private final ColumnWriter columns = new ColumnWriter();
  private final WireBytes content = new WireBytes();
  private final WireBytes ledgerMessage = new WireBytes();
  private final WireBytes kept = new WireBytes();

  // of the open batch
  private final Contents contents = new Contents();
  private int samples;
  // how many bytes the samples take, but for some that were not measured yet
  private long measuredBytes;
  private long unmeasured;

  /** {@code quantumExponent}: times are told in 10 to the power of it, microseconds. */
  BatchWriter(SignalBook signals, Form form, int quantumExponent) {
    this.signals = signals;
    this.form = form;
    this.packer = new BodyPacker(form.compresses, form.isCompact);
    this.quantumExponent = quantumExponent;
  }

  int samples() {
    return samples;
  }

  /**
   * Whether the batch is at least so large, about, before it is packed. Looks at samples only once they might make it so, and at
   * each once.
   */
  boolean isLarge(long bytes) {
    long least = measuredBytes + contents.estimateBytes();
    if (least + unmeasured * GroupBuffer.MOST_BYTES < bytes) {
      return false;
    }
    for (int i = 0; i < signals.groups().size(); i++) {
      measuredBytes += signals.groups().get(i).measure();
    }
    unmeasured = 0;
    return measuredBytes + contents.estimateBytes() >= bytes;
  }

  /** Adds a group of samples: all of them, or, where a fault of the program strikes, none. */
  void add(SampleGroup group, long time) {
    signals.buffer(group).add(group, time, contents);
    added(group.size());
  }

  /** Adds a sample; of its values only that of the signal's kind counts. */
  void add(Signal signal, long time, Quality quality, long rawBits, String text, Bytes bytes) {
    long raw = switch (signal.kind()) {
      case TEXT -> contents.index(text);
      case BYTES -> contents.index(bytes);
      default -> rawBits;
    };
    signals.buffer(signal).add(signal, time, quality, raw);
    added(1);
  }

  private void added(int count) {
    samples += count;
    unmeasured += count;
  }

  /** The body of the batch; the next one begins, also where a fault of the program keeps this one from being made. */
  Bytes pack(Bytes schemaId, Header header) {
    try {
      columns.layOut(signals.groups(), quantumExponent, form.isCompact);
      content.clear();
      write(header);
      columns.writeTo(content);
      contents.writeTo(content);
    } finally {
      clear();
    }
    return packer.pack(schemaId, content, kept);
  }

  private void write(Header header) {
    content.bytesField(BatchContent.BOOT_ID_FIELD_NUMBER, header.bootId);
    content.varintField(BatchContent.BOOT_COUNT_FIELD_NUMBER, header.bootCount);
    ledgerMessage.clear();
    kept.clear();
    header.ledger.ifPresent(ledger -> {
      if (header.tellsLedger) {
        ledger.writeTo(ledgerMessage);
        content.field(BatchContent.LEDGER_FIELD_NUMBER, ledgerMessage);
      } else {
        ledger.writeTo(kept);
      }
    });
    content.varintField(BatchContent.BASE_TIME_FIELD_NUMBER, WireBytes.zigzag(columns.baseTime()));
    content.varintField(BatchContent.TIME_EXPONENT_FIELD_NUMBER, columns.exponent());
    ClockReading clock = header.clock;
    long unitUs = Math.round(Math.pow(10, columns.exponent()));
    long monotonicUs = clock.monotonicUs() - (clock.timeUs() - columns.baseTime() * unitUs);
    long scale = form.isCompact ? ColumnCodes.clockUnitUs(unitUs) : 1;
    content.varintField(
        BatchContent.MONOTONIC_FIELD_NUMBER,
        WireBytes.zigzag(Math.floorDiv(monotonicUs + scale / 2, scale)));
    content.varintField(
        BatchContent.TIME_ORIGIN_FIELD_NUMBER, WireNumbers.of(clock.origin()).getNumber());
    content.varintField(
        BatchContent.TIME_ERROR_FIELD_NUMBER, -Math.floorDiv(-clock.errorUs(), scale));
  }

  /** Begins anew, without what was added. */
  void clear() {
    for (int i = 0; i < signals.groups().size(); i++) {
      signals.groups().get(i).clear();
    }
    contents.clear();
    samples = 0;
    measuredBytes = 0;
    unmeasured = 0;
  }

  @Override
  public void close() {
    packer.close();
  }
}
