package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.EventEncoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;

/** Events of one signal as the agent makes them, of so many samples each. */
public final class MadeEvents {
  static final long START_NS = 1_764_000_000_000_000_000L;

  public final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal speed =
      table.define(SignalSpec.of("Vehicle.Speed", "can0.Motion", "km/h", Kind.UNSIGNED));
  private final EventEncoder encoder = new EventEncoder(
      "cloud",
      List.of(speed),
      new FakeTimeline(START_NS),
      health,
      Bytes.ofHex("0102030405060708"),
      1,
      true);

  /** Numbers that no packing makes small; 0, then 23. */
  private static long noise(long i) {
    long mixed = i * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
    return (mixed >>> 40) % 200;
  }

  public Payload make(int samples) {
    SampleColumns columns = new SampleColumns(0);
    Sample sample = new Sample(speed);
    for (int i = 0; i < samples; i++) {
      columns.add(sample.setInteger(speed, START_NS + i * 10_000_000L, Quality.OK, noise(i)));
    }
    List<Payload> made = new ArrayList<>();
    encoder.accept(
        new Snapshot(
            "trigger", "fast", START_NS, "Vehicle.Speed > 120", List.of("Vehicle.Speed"), columns),
        made::add);
    return made.get(0);
  }

  /** So many events of so many samples each. */
  public List<Payload> make(int events, int samples) {
    List<Payload> made = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      made.add(make(samples));
    }
    return made;
  }
}
