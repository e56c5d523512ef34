package dev.caravan.agent.receive;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.TelemetryEncoder;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;

/** Batches of one signal as the agent makes them, of three samples each. */
public final class MadeBatches {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final long MAX_AGE_NS = 1_000_000_000L;
  private static final Bytes BOOT = Bytes.ofHex("0102030405060708");

  private MadeBatches() {}

  public static List<Payload> make(int batches) {
    return make(batches, BOOT);
  }

  /** Of an agent of its own that was started under that id. */
  public static List<Payload> make(int batches, Bytes boot) {
    FakeTimeline timeline = new FakeTimeline(START_NS);
    Health health = new Health();
    SignalTable table = new SignalTable(Naming.AS_DECODED);
    Signal speed = table.define(SignalSpec.of("Vehicle.Speed", "can0.Motion", "", Kind.UNSIGNED));
    TelemetryEncoder encoder = new TelemetryEncoder(
        new TelemetrySettings(MAX_AGE_NS, 100, 1 << 20, 0, true, true),
        "cloud",
        List.of(speed),
        timeline,
        health,
        boot);
    List<Payload> made = new ArrayList<>();
    Reading reading = new Reading();
    for (int i = 0; i < 3 * batches; i++) {
      timeline.advanceNs(10_000_000L);
      health.counter(Declared.count("decode.samples"), "can0").increment();
      SampleGroup group = new SampleGroup().begin(table.group(speed), timeline.nowNs());
      group.addNumber(speed, Quality.OK, i);
      encoder.accept(reading.of(group), made::add);
      if (i % 3 == 2) {
        timeline.advanceNs(MAX_AGE_NS);
        encoder.tick(timeline.nowNs(), made::add);
      }
    }
    return made;
  }
}
