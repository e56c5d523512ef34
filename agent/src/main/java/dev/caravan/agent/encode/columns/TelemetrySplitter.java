package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a stored body into bodies that are small enough, each a whole batch with the same header and some of the samples,
 * earlier ones first: the one is halved until its parts fit. Has no state; any thread.
 */
public final class TelemetrySplitter {
  private final SignalBook signals;
  private final Map<String, Signal> byPath = new HashMap<>();
  private final BatchWriter.Header header;
  private final Bytes schemaId;
  private final long mostBytes;
  private final List<Bytes> parts = new ArrayList<>();

  private TelemetrySplitter(ReadBatch batch, long mostBytes) {
    this.signals = new SignalBook();
    SignalTable table = new SignalTable(Naming.AS_DECODED);
    for (SignalSpec spec : batch.schema().signals()) {
      Signal signal = table.define(spec);
      signals.buffer(signal);
      byPath.put(spec.path(), signal);
    }
    this.header = new BatchWriter.Header(
        batch.bootId(),
        batch.bootCount(),
        batch.ledger(),
        true,
        new ClockReading(
            batch.baseTimeUs(), batch.monotonicUs(), batch.timeOrigin(), batch.timeErrorUs()));
    this.schemaId = batch.schema().id();
    this.mostBytes = mostBytes;
  }

  /**
   * The parts of a body.
   *
   * @param schema the message that the body needs
   * @param mostBytes how large each may be
   * @return none if one sample alone is too large
   * @throws MalformedMessageException if it is no body, or not one of this schema
   */
  public static List<Bytes> split(Bytes body, Bytes schema, long mostBytes)
      throws MalformedMessageException {
    ReadBatch batch = BatchReader.batch(body, BatchReader.schema(schema));
    List<BatchSample> samples = new ArrayList<>();
    batch.samples().forEachRemaining(samples::add);
    TelemetrySplitter splitter = new TelemetrySplitter(batch, mostBytes);
    try (BatchWriter writer =
        new BatchWriter(splitter.signals, new BatchWriter.Form(true, batch.isCompact()), 0)) {
      return splitter.divide(writer, samples) ? splitter.parts : List.of();
    }
  }

  private boolean divide(BatchWriter writer, List<BatchSample> samples) {
    for (BatchSample each : samples) {
      Signal signal = byPath.get(each.signal().path());
      if (signal != null) {
        writer.add(
            signal, each.timeUs(), each.quality(), each.rawBits(), each.text(), each.bytes());
      }
    }
    Bytes part = writer.pack(schemaId, header);
    if (part.length() <= mostBytes) {
      parts.add(part);
      return true;
    }
    int half = samples.size() / 2;
    return half > 0
        && divide(writer, samples.subList(0, half))
        && divide(writer, samples.subList(half, samples.size()));
  }
}
