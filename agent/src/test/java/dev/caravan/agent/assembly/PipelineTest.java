package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Unshaped;
import dev.caravan.agent.shape.deadband.Deadband;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline with one route on a real queue, whose decoder and shaper have faults of the program. */
class PipelineTest {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  private final Path folder;
  private final FakeTimeline timeline = new FakeTimeline(START_NS);
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal first = table.define(SignalSpec.of("a.First", "a", "", Kind.SIGNED));
  private final Signal second = table.define(SignalSpec.of("a.Second", "a", "", Kind.SIGNED));
  private final Encoder encoder = new ColumnsFormat(
          new TelemetrySettings(SECOND_NS, 5000, 1 << 20, 0, true, true),
          new DeviceName("x", "a-1"),
          "cloud")
      .batches()
      .encoder(new Making(List.of(first, second), timeline, health, Making.newBootId(), 1));
  private final Store queue;

  PipelineTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.queue = Store.open(
        new StoreSettings(folder.resolve("cloud"), 16 << 20, 0, 0, 64 << 10, 8 << 20),
        "cloud",
        Keepers.CLOUD,
        timeline,
        health);
  }

  @AfterEach
  void close() throws IOException {
    queue.close();
  }

  /** Two samples of each frame, of the value of its identifier; fails between them where that is 13, 14 or 15. */
  private final class FaultyDecoder implements Decoder {
    private boolean tickIsFaulty;

    @Override
    public void accept(Frame in, Consumer<? super SampleGroup> out) {
      int id = ((CanFrame) in).id();
      out.accept(one(first, in.timeNs(), id));
      fail(id == 13, "accept");
      if (id == 14) {
        overflow(1);
      }
      if (id == 15) {
        throw new NoClassDefFoundError("on purpose");
      }
      if (id == 16) {
        throw new OutOfMemoryError("on purpose");
      }
      out.accept(one(second, in.timeNs(), id));
    }

    @Override
    public void tick(long nowNs, Consumer<? super SampleGroup> out) {
      if (tickIsFaulty) {
        out.accept(one(first, nowNs, 99));
        fail(true, "tick");
      }
    }

    @Override
    public void finish(Consumer<? super SampleGroup> out) {
      fail(tickIsFaulty, "finish");
    }

    @Override
    public boolean knewLast() {
      return true;
    }
  }

  private SampleGroup one(Signal signal, long timeNs, long value) {
    SampleGroup group = new SampleGroup().begin(table.group(signal), timeNs);
    group.addNumber(signal, Quality.OK, value);
    return group;
  }

  private static int overflow(int depth) {
    return depth < 0 ? 0 : overflow(depth + 1) + 1;
  }

  private static void fail(boolean isWanted, String where) {
    if (isWanted) {
      throw new IllegalStateException(where + ", on purpose");
    }
  }

  private Deadband deadband() throws IOException {
    Path file = Files.writeString(
        folder.resolve("a.yaml"), "shape: [{match: a.First, on_change: true}, {match: \"**\"}]");
    var root = YamlFile.read(file, new Faults(), name -> Optional.empty());
    return new Deadband(ShapeSettings.from(root.at("shape")), "cloud", health);
  }

  private Pipeline pipeline(Stage<SampleGroup, Report> shaper, Decoder... decoders) {
    return new Pipeline(
        Map.of("can0", List.of(decoders)),
        List.of(new Route("cloud", shaper, encoder, queue)),
        new LastValueBoard(true),
        timeline,
        health);
  }

  private FrameChunk chunk(int... ids) {
    FrameChunk chunk = new FrameChunk("can0", ids.length);
    for (int id : ids) {
      chunk.addCan().set(timeline.nowNs(), id, 0, new byte[8], 0, 8);
    }
    return chunk;
  }

  /** How many samples were stored, in batches whose ledgers hold. */
  private long stored() throws Exception {
    long samples = 0;
    for (Entry entry : queue.head(100, 1 << 20, 0)) {
      ReadBatch batch = BatchReader.batch(
          TelemetryEnvelope.around(entry.body(), entry.sequence(), false),
          BatchReader.schema(queue.schemas().get(entry.schemaId()).orElseThrow()));
      LedgerCounts ledger = batch.ledger().orElseThrow();
      samples += batch.sampleCount();
      assertEquals(ledger.samplesDecoded(), ledger.samplesWithheld() + ledger.samplesSent());
      assertEquals(samples, ledger.samplesSent());
    }
    return samples;
  }

  @Test
  void badFrameCostsThatFrameAlone() throws Exception {
    Pipeline pipeline = pipeline(deadband(), new FaultyDecoder());
    pipeline.accept(chunk(1, 13, 13, 2, 2));
    pipeline.finish();
    assertEquals(2, health.total(Declared.count("bugs")));
    assertEquals(0, health.total(Declared.count("decode.unknown")));
    assertEquals(8, health.total(Declared.count("decode.samples")));
    assertEquals(2, health.total(Declared.count("shape.withheld")));
    assertEquals(6, stored());
  }

  @Test
  void fullBatchIsClosedBetweenTwoFramesOfAChunkAndNotWithinOne() throws Exception {
    Encoder ofThree = new ColumnsFormat(
            new TelemetrySettings(SECOND_NS, 3, 1 << 20, 0, true, false),
            new DeviceName("x", "a-1"),
            "cloud")
        .batches()
        .encoder(new Making(List.of(first, second), timeline, health, Making.newBootId(), 1));
    Pipeline pipeline = new Pipeline(
        Map.of("can0", List.of(new FaultyDecoder())),
        List.of(new Route("cloud", unshaped(), ofThree, queue)),
        new LastValueBoard(false),
        timeline,
        health);
    pipeline.accept(chunk(1, 2, 3, 4, 5));
    pipeline.finish();
    assertEquals(
        List.of(4, 4, 2),
        queue.head(100, 1 << 20, 0).stream().map(Entry::reports).toList());
    assertEquals(10, stored());
  }

  private Unshaped unshaped() {
    return new Unshaped(health.counter(SharedMetrics.SHAPE_WITHHELD, "cloud"));
  }

  @Test
  void groupThatAFaultTakesFromARouteWithoutRulesIsWithheldWhole() throws Exception {
    Unshaped unshaped = unshaped();
    Stage<SampleGroup, Report> faulty = (in, out) -> unshaped.accept(in, report -> {
      fail(in.rawBits(0) == 7, "encode");
      out.accept(report);
    });
    Pipeline pipeline = pipeline(faulty, new PairDecoder());
    pipeline.accept(chunk(1, 7, 2));
    pipeline.finish();
    assertEquals(1, health.total(Declared.count("bugs")));
    assertEquals(6, health.total(Declared.count("decode.samples")));
    assertEquals(2, health.total(Declared.count("shape.withheld")));
    assertEquals(4, stored());
  }

  /** A group of two samples of each frame, of the value of its identifier. */
  private final class PairDecoder implements Decoder {
    @Override
    public void accept(Frame in, Consumer<? super SampleGroup> out) {
      SampleGroup pair = one(first, in.timeNs(), ((CanFrame) in).id());
      pair.addNumber(second, Quality.OK, 1);
      out.accept(pair);
    }

    @Override
    public boolean knewLast() {
      return true;
    }
  }

  @Test
  void otherDecodersStillGetABadFrame() throws Exception {
    Pipeline pipeline = pipeline(deadband(), new FaultyDecoder(), new FaultyDecoder());
    pipeline.accept(chunk(13));
    pipeline.finish();
    assertEquals(2, health.total(Declared.count("bugs")));
    assertEquals(2, health.total(Declared.count("decode.samples")));
    assertEquals(1, health.total(Declared.count("shape.withheld")));
    assertEquals(1, stored());
  }

  @Test
  void faultInATickOrAtTheEndKeepsTheSums() throws Exception {
    FaultyDecoder decoder = new FaultyDecoder();
    Pipeline pipeline = pipeline(deadband(), decoder);
    pipeline.accept(chunk(1));
    decoder.tickIsFaulty = true;
    pipeline.tick();
    timeline.advanceNs(2 * SECOND_NS);
    pipeline.tick();
    pipeline.accept(chunk(3));
    pipeline.finish();
    assertEquals(3, health.total(Declared.count("bugs")));
    assertEquals(6, health.total(Declared.count("decode.samples")));
    assertEquals(1, health.total(Declared.count("shape.withheld")));
    assertEquals(5, stored());
  }

  @Test
  void sampleThatAFaultBehindTheShaperTakesIsWithheld() throws Exception {
    Deadband deadband = deadband();
    Stage<SampleGroup, Report> faulty = (in, out) -> deadband.accept(in, report -> {
      fail(((Reading) report).group().rawBits(0) == 7, "encode");
      out.accept(report);
    });
    Pipeline pipeline = pipeline(faulty, new FaultyDecoder());
    pipeline.accept(chunk(1, 7, 2));
    pipeline.finish();
    assertEquals(2, health.total(Declared.count("bugs")));
    assertEquals(6, health.total(Declared.count("decode.samples")));
    assertEquals(2, health.total(Declared.count("shape.withheld")));
    assertEquals(4, stored());
  }

  @Test
  void fullStackOrAMissingClassCostsThatFrameAlone() throws Exception {
    Pipeline pipeline = pipeline(deadband(), new FaultyDecoder());
    pipeline.accept(chunk(1, 14, 15, 14, 2));
    pipeline.finish();
    assertEquals(3, health.total(Declared.count("bugs")));
    assertEquals(7, health.total(Declared.count("decode.samples")));
    assertEquals(7, stored());
  }

  @Test
  void frameGivenUpIsNamedInTheLedger() throws Exception {
    Pipeline pipeline = pipeline(deadband(), new FaultyDecoder(), new FaultyDecoder());
    pipeline.accept(chunk(1, 13, 14, 2));
    pipeline.finish();
    // once for each frame, however many decoders failed at it
    assertEquals(2, health.counter(Declared.count("frames.given_up"), "can0").value());
    Entry entry = queue.head(1, 1 << 20, 0).get(0);
    ReadBatch batch = BatchReader.batch(
        TelemetryEnvelope.around(entry.body(), entry.sequence(), false),
        BatchReader.schema(queue.schemas().get(entry.schemaId()).orElseThrow()));
    assertEquals(2, batch.ledger().orElseThrow().framesDropped());
    assertEquals(0, batch.ledger().orElseThrow().framesUnknown());
  }

  @Test
  void lackOfMemoryIsNotSurvived() throws Exception {
    Pipeline pipeline = pipeline(deadband(), new FaultyDecoder());
    assertThrows(OutOfMemoryError.class, () -> pipeline.accept(chunk(16)));
    assertEquals(0, health.total(Declared.count("bugs")));
  }
}
