package dev.caravan.agent.encode.records;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Closing;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Samples of every kind and quality, and the bodies of a route of records that has them. */
final class MadeRecords {
  static final long START_NS = 1_764_000_000_000_000_000L;
  static final DeviceName CAR = new DeviceName("demo", "xa-1.ä");
  static final Seal SEAL = new Seal(new StreamId(Bytes.ofHex("00112233445566aa")), 12, false);
  static final SignalSpec SPEED = new SignalSpec(
      "can0.Engine.Speed", "can0.Engine", "km/h", Kind.UNSIGNED, 0.1, 0, 0, 100, Map.of());
  static final SignalSpec GEAR = new SignalSpec(
      "can0.Engine.Gear", "can0.Engine", "", Kind.SIGNED, 1, 0, 0, 100, Map.of(-1L, "Rück \"1\""));
  static final SignalSpec ODO = SignalSpec.of("can0.Engine.Odo", "can0.Engine", "m", Kind.UNSIGNED);
  static final SignalSpec WIDE =
      new SignalSpec("can0.Engine.Wide", "can0.Engine", "", Kind.SIGNED, 1000, 5, 0, 0, Map.of());
  static final SignalSpec RATIO =
      SignalSpec.of("can0.Engine.Ratio", "can0.Engine", "", Kind.DOUBLE);
  static final SignalSpec NOTE = SignalSpec.of("can0.Engine.Note", "can0.Engine", "", Kind.TEXT);
  static final SignalSpec RAW = SignalSpec.of("can0.Engine.Raw", "can0.Engine", "", Kind.BYTES);
  static final SignalSpec DOOR = SignalSpec.of("can0.Engine.Door", "can0.Engine", "", Kind.BOOLEAN);

  final FakeTimeline timeline = new FakeTimeline(START_NS);
  final Health health = new Health();
  final Making making = new Making(List.of(), timeline, health, Bytes.ofHex("0102030405060708"), 1);
  final RecordsFormat format =
      new RecordsFormat(new Closing(1_000_000_000L, 5000, 1 << 20, 0), "cloud", CAR, Topics.USUAL);
  final List<Payload> payloads = new ArrayList<>();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);

  SampleGroup group(long timeNs, Sample... samples) {
    SampleGroup group =
        new SampleGroup().begin(table.group(table.define(samples[0].signal().spec())), timeNs);
    for (Sample each : samples) {
      group.add(each);
    }
    return group;
  }

  Sample integer(SignalSpec spec, Quality quality, long raw) {
    Signal signal = table.define(spec);
    return new Sample(signal).setInteger(signal, START_NS, quality, raw);
  }

  Sample floating(double raw) {
    Signal signal = table.define(RATIO);
    return new Sample(signal).setFloating(signal, START_NS, Quality.OK, raw);
  }

  Sample text(String text) {
    Signal signal = table.define(NOTE);
    return new Sample(signal).setText(signal, START_NS, Quality.OK, text);
  }

  Sample block(String hex) {
    Signal signal = table.define(RAW);
    return new Sample(signal).setBytes(signal, START_NS, Quality.OK, Bytes.ofHex(hex));
  }

  /** Every kind, with what is hard to tell of each. */
  SampleGroup[] all() {
    return new SampleGroup[] {
      group(
          START_NS + 1_500,
          integer(SPEED, Quality.OK, 624),
          integer(SPEED, Quality.OK, 0),
          integer(GEAR, Quality.OUT_OF_RANGE, -1),
          integer(GEAR, Quality.OK, 0),
          integer(ODO, Quality.OK, 9_007_199_254_740_993L),
          integer(ODO, Quality.OK, Long.MAX_VALUE),
          integer(ODO, Quality.OK, Long.MIN_VALUE),
          integer(ODO, Quality.OK, -1),
          integer(WIDE, Quality.OK, 9_223_372_036_854_775L),
          integer(WIDE, Quality.OK, Long.MIN_VALUE)),
      group(
          START_NS + 100_000_000L,
          floating(0.1),
          floating(-0.0),
          floating(Double.NaN),
          floating(Double.POSITIVE_INFINITY),
          floating(Double.NEGATIVE_INFINITY),
          floating(Double.MIN_VALUE),
          floating(0x1p53 + 2)),
      group(
          START_NS + 200_000_000L,
          text("a\"\\\n\u0000😀\u202e"),
          text(""),
          block("00ff1a"),
          block(""),
          integer(DOOR, Quality.OK, 1),
          integer(DOOR, Quality.OK, 0)),
      group(
          START_NS + 300_000_000L,
          integer(DOOR, Quality.NOT_AVAILABLE, 1),
          integer(GEAR, Quality.ERROR, -1),
          integer(GEAR, Quality.STALE, -1),
          integer(GEAR, Quality.SUBSTITUTED, -1),
          integer(GEAR, Quality.UNDECODABLE, -1))
    };
  }

  Bytes body(SampleGroup... groups) {
    Encoder encoder = format.batches().encoder(making);
    for (SampleGroup each : groups) {
      encoder.accept(new Reading().of(each), payloads::add);
    }
    encoder.flush(payloads::add);
    return payloads.get(payloads.size() - 1).body();
  }

  /** What leaves. */
  Bytes message(SampleGroup... groups) {
    return format.batches().messages(body(groups), SEAL).get(0).body();
  }

  /** An event with samples around it. */
  Bytes event(Sample... samples) {
    SampleColumns columns = new SampleColumns(2);
    for (Sample each : samples) {
      columns.add(each);
    }
    Encoder encoder = format.events().orElseThrow().encoder(making);
    encoder.accept(
        new Snapshot(
            "trigger",
            "fast",
            START_NS + 999,
            "faster than \"60\"",
            List.of("can0.Engine.Speed"),
            columns),
        payloads::add);
    return payloads.get(payloads.size() - 1).body();
  }
}
