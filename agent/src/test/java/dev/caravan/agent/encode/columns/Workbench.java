package dev.caravan.agent.encode.columns;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** An encoder with all that it needs, and a plain memory of what went in, in the order in which it must come out. */
final class Workbench {
  static final long START_NS = 1_764_000_000_000_000_000L;
  static final Bytes BOOT = Bytes.ofHex("0102030405060708");
  static final TelemetrySettings EXACT =
      new TelemetrySettings(1_000_000_000L, 1_000_000, 4 << 20, 0, true, true);
  static final TelemetrySettings PLAIN =
      new TelemetrySettings(1_000_000_000L, 1_000_000, 4 << 20, 0, true, false);

  final FakeTimeline timeline = new FakeTimeline(START_NS);
  final Health health = new Health();
  final SignalTable table = new SignalTable(Naming.AS_DECODED);
  final List<Payload> payloads = new ArrayList<>();
  final TelemetryEncoder encoder;

  private final Reading reading = new Reading();
  private final List<BatchSample> given = new ArrayList<>();

  Workbench(TelemetrySettings settings, SignalSpec... known) {
    List<Signal> signals = Arrays.stream(known).map(table::define).toList();
    encoder = new TelemetryEncoder(settings, "cloud", signals, timeline, health, BOOT);
  }

  static SignalSpec spec(String path, String group, Kind kind) {
    return SignalSpec.of(path, group, "", kind);
  }

  void integer(SignalSpec spec, long timeNs, Quality quality, long raw) {
    accept(new Sample(table.define(spec)).setInteger(table.define(spec), timeNs, quality, raw));
  }

  void integer(SignalSpec spec, long timeNs, long raw) {
    integer(spec, timeNs, Quality.OK, raw);
  }

  void floating(SignalSpec spec, long timeNs, double raw) {
    accept(new Sample(table.define(spec)).setFloating(table.define(spec), timeNs, Quality.OK, raw));
  }

  void text(SignalSpec spec, long timeNs, String text) {
    accept(new Sample(table.define(spec)).setText(table.define(spec), timeNs, Quality.OK, text));
  }

  void bytes(SignalSpec spec, long timeNs, Bytes bytes) {
    accept(new Sample(table.define(spec)).setBytes(table.define(spec), timeNs, Quality.OK, bytes));
  }

  void accept(Sample sample) {
    accept(Groups.of(table, sample));
  }

  void accept(SampleGroup group) {
    group.forEach(this::remember);
    health.counter(Declared.count("decode.samples"), "can0").add(group.size());
    encoder.accept(reading.of(group), payloads::add);
  }

  private void remember(Sample sample) {
    given.add(new BatchSample(
        sample.signal().spec(),
        Math.floorDiv(sample.timeNs(), 1000),
        sample.quality(),
        sample.rawBits(),
        sample.text(),
        sample.bytes()));
  }

  /** Lets that much time pass, and ticks. */
  void tickAfter(long ns) {
    timeline.advanceNs(ns);
    encoder.tick(timeline.nowNs(), payloads::add);
  }

  /** Closes the open batch and gives its body. */
  Payload close() {
    int before = payloads.size();
    timeline.advanceNs(EXACT.maxAgeNs());
    encoder.tick(timeline.nowNs(), payloads::add);
    if (payloads.size() != before + 1) {
      throw new AssertionError("one batch wanted, got " + (payloads.size() - before));
    }
    return payloads.get(before);
  }

  /** What went in since the last call; by time, then in the order of the schema, then as it came. */
  List<BatchSample> takeGiven(SchemaDescription schema) {
    List<SignalSpec> order = schema.signals();
    List<BatchSample> sorted = new ArrayList<>(given);
    sorted.sort(Comparator.comparingLong(BatchSample::timeUs)
        .thenComparingInt(sample -> order.indexOf(sample.signal())));
    given.clear();
    return sorted;
  }

  /** What went in since the last call, as it came. */
  List<BatchSample> takeAsGiven() {
    List<BatchSample> all = List.copyOf(given);
    given.clear();
    return all;
  }

  static List<BatchSample> samples(ReadBatch batch) {
    List<BatchSample> samples = new ArrayList<>();
    batch.samples().forEachRemaining(samples::add);
    return samples;
  }
}
