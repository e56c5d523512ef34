package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An encoder of events with all that it needs; ids are 00, 01, 02 … and times those of {@link Workbench}. */
final class EventBench {
  final FakeTimeline timeline = new FakeTimeline(Workbench.START_NS);
  final Health health = new Health();
  final SignalTable table = new SignalTable(Naming.AS_DECODED);
  final List<Payload> payloads = new ArrayList<>();
  final EventEncoder encoder;

  EventBench(SignalSpec... known) {
    this(true, known);
  }

  EventBench(boolean isCompact, SignalSpec... known) {
    List<Signal> signals = Arrays.stream(known).map(table::define).toList();
    encoder = new EventEncoder(
        "cloud", signals, timeline, health, Workbench.BOOT, 3, isCompact, EventBench::count);
  }

  private static void count(byte[] id) {
    for (int i = 0; i < id.length; i++) {
      id[i] = (byte) i;
    }
  }

  /** So many samples of a signal, 10 ms apart, the last one at the start. */
  SampleColumns samples(SignalSpec spec, int count) {
    SampleColumns columns = new SampleColumns(0);
    Signal signal = table.define(spec);
    Sample sample = new Sample(signal);
    for (int i = 0; i < count; i++) {
      long timeNs = Workbench.START_NS - (count - 1 - i) * 10_000_000L;
      columns.add(
          switch (spec.kind()) {
            case TEXT -> sample.setText(signal, timeNs, Quality.OK, "text " + i);
            case BYTES -> sample.setBytes(signal, timeNs, Quality.OK, Bytes.ofHex("0" + i % 10));
            case FLOAT, DOUBLE -> sample.setFloating(signal, timeNs, Quality.OK, i / 7.0);
            default -> sample.setInteger(signal, timeNs, Quality.OK, noise(i, 60_000));
          });
    }
    return columns;
  }

  /** Numbers that no packing makes small. */
  private static long noise(long i, long below) {
    long mixed = i * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
    return (mixed >>> 40) % below;
  }

  Payload trigger(SampleColumns samples) {
    int before = payloads.size();
    encoder.accept(
        new Snapshot(
            "trigger",
            "hard_brake",
            Workbench.START_NS,
            "Vehicle.Speed < 3: Vehicle.Speed = 2",
            List.of("Vehicle.Speed"),
            samples),
        payloads::add);
    return payloads.get(before);
  }

  static SignalSpec spec(Kind kind) {
    return SignalSpec.of("a." + kind, "a", "", kind);
  }

  /** The samples of an event's snapshots, in their order. */
  static List<BatchSample> samples(Bytes event, Bytes schema) throws MalformedMessageException {
    SchemaDescription description = BatchReader.schema(schema);
    List<BatchSample> samples = new ArrayList<>();
    for (Bytes snapshot : EventReader.event(event).snapshots()) {
      BatchReader.batch(snapshot, description).samples().forEachRemaining(samples::add);
    }
    return samples;
  }
}
