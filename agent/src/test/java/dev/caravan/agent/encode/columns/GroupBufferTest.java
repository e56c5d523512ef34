package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import org.junit.jupiter.api.Test;

/** Groups as an encoder takes them; what bytes they make is with {@link FrozenBatchesTest}. */
class GroupBufferTest {
  private static final SignalSpec SPEED =
      Workbench.spec("Vehicle.Speed", "can0.Engine", Kind.SIGNED);
  private static final SignalSpec TORQUE = Workbench.spec("Torque", "can0.Engine", Kind.SIGNED);
  private static final long T = Workbench.START_NS;

  /** A step of 8191 is 16382 in zigzag, two bytes, and each sample counts for one more: 2 + 3 * 341 = 1025. */
  @Test
  void batchIsFullAtTheSampleThatMakesItLargeEnough() {
    Workbench bench =
        new Workbench(new TelemetrySettings(1_000_000_000L, 5000, 1024, 0, true, true), SPEED);
    int added = 0;
    while (!bench.encoder.isFull()) {
      bench.integer(SPEED, T + added, added % 2 * 8191L);
      added++;
    }
    assertEquals(342, added);
    // of a group with another signal, which does not change: 2 bytes each
    bench.close();
    SignalGroup group = bench.table.group(bench.table.define(SPEED));
    int frames = 0;
    while (!bench.encoder.isFull()) {
      SampleGroup frame = new SampleGroup().begin(group, T + frames);
      frame.addNumber(bench.table.define(SPEED), Quality.OK, frames % 2 * 8191L);
      frame.addNumber(bench.table.define(TORQUE), Quality.OK, 0);
      bench.accept(frame);
      frames++;
    }
    // 4 + 5 * 204 = 1024
    assertEquals(205, frames);
  }

  @Test
  void signalThatIsTwiceInAGroupKeepsBothSamples() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED, TORQUE);
    SignalGroup group = bench.table.group(bench.table.define(SPEED));
    for (int i = 0; i < 3; i++) {
      SampleGroup frame = new SampleGroup().begin(group, T + i * 1_000_000L);
      frame.addNumber(bench.table.define(SPEED), Quality.OK, i);
      frame.addNumber(bench.table.define(TORQUE), Quality.ERROR, i);
      frame.addNumber(bench.table.define(SPEED), Quality.STALE, -i);
      bench.accept(frame);
    }
    Payload payload = bench.close();
    ReadBatch batch =
        BatchReader.batch(payload.body(), BatchReader.schema(payload.schema().content()));
    assertEquals(bench.takeGiven(batch.schema()), Workbench.samples(batch));
  }
}
