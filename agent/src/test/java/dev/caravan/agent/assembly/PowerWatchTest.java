package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.deadband.Deadband;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventReader;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pipeline whose batches and events stay open for an hour and are synced never, and the power that goes. */
class PowerWatchTest {
  private static final long MS = 1_000_000L;
  private static final long HOUR_NS = 3_600_000 * MS;

  private final Path folder;
  private final Path file;
  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000_000L * MS);
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal speed =
      table.define(SignalSpec.of("Vehicle.Speed", "can0.Motion", "km/h", Kind.UNSIGNED));
  private final Store batches;
  private final Store events;
  private final Pipeline pipeline;
  private final PowerWatch watch;
  private final Stop ticking = new Stop();

  // what the pipeline's thread is to take next
  private volatile FrameChunk given = new FrameChunk("can0", 1);

  private final Thread ticker;

  PowerWatchTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.file = folder.resolve("power");
    this.batches = queue("cloud");
    this.events = queue("cloud.events");
    this.pipeline = new Pipeline(
        Map.of("can0", List.of(new SpeedDecoder())),
        List.of(route()),
        new LastValueBoard(false),
        timeline,
        health);
    this.watch = new PowerWatch(
        new PowerPlan(file, "1"), pipeline, List.of(events, batches), timeline, health, new Stop());
    FrameChunk chunk = new FrameChunk("can0", 1);
    chunk.addCan().set(timeline.nowNs(), 150, 0, new byte[8], 0, 8);
    pipeline.accept(chunk);
    // from here on this thread is the pipeline's
    this.ticker = new Thread(() -> {
      while (!ticking.await(MS)) {
        FrameChunk next = given;
        if (next.size() > 0) {
          given = new FrameChunk("can0", 1);
          pipeline.accept(next);
        }
        pipeline.tick();
      }
    });
    ticker.start();
  }

  private Store queue(String name) throws IOException {
    return queue(name, timeline);
  }

  private Store queue(String name, Timeline timeline) throws IOException {
    return Store.open(
        new StoreSettings(
            folder.resolve(name), 16 << 20, 0, StoreSettings.NO_SYNC, 64 << 10, 8 << 20),
        name,
        Keepers.CLOUD,
        timeline,
        health);
  }

  private Route route() throws IOException {
    Path yaml = Files.writeString(folder.resolve("a.yaml"), """
        shape: [{match: "**"}]
        events:
          triggers: [{name: fast, when: Vehicle.Speed >= 120, before: 1s, after: 30s}]
        """);
    var root = YamlFile.read(yaml, new Faults(), name -> Optional.empty());
    String name = "cloud";
    Bytes boot = Making.newBootId();
    Encoder encoder = new ColumnsFormat(
            new TelemetrySettings(HOUR_NS, 5000, 1 << 20, 0, true, true),
            new DeviceName("x", "a-1"),
            name)
        .batches()
        .encoder(new Making(List.of(speed), timeline, health, boot, 1));
    return new Route(
            "cloud",
            new Deadband(ShapeSettings.from(root.at("shape")), "cloud", health),
            encoder,
            batches)
        .withEvents(
            new Triggers(TriggerSettings.from(root.at("events")), health),
            new ColumnsFormat(
                    new TelemetrySettings(1_000_000_000L, 5000, 1 << 20, 0, true, true),
                    new DeviceName("x", "a-1"),
                    name)
                .events()
                .orElseThrow()
                .encoder(new Making(List.of(speed), timeline, health, boot, 1)),
            events);
  }

  private final class SpeedDecoder implements Decoder {
    @Override
    public void accept(Frame in, Consumer<? super SampleGroup> out) {
      out.accept(
          Groups.of(table, new Sample(speed).setInteger(speed, in.timeNs(), Quality.OK, 150)));
    }

    @Override
    public boolean knewLast() {
      return true;
    }
  }

  @AfterEach
  void close() throws Exception {
    ticking.request();
    ticker.join();
    batches.close();
    events.close();
  }

  private void says(String content) throws IOException {
    Files.writeString(file, content);
    watch.look();
  }

  private long warnings() {
    return health.counter(Declared.count("power.warnings"), "").value();
  }

  @Test
  void whatWasSampledIsOnDiskWhenThePowerGoes() throws Exception {
    watch.look();
    assertEquals(0, batches.entries());
    says("1\n");
    assertEquals(1, batches.entries());
    assertEquals(1, events.entries());
    assertEquals(1, warnings());
    // only what is durable is given without a sync, and here nothing else syncs
    String text = EventReader.event(events.head(1, 1 << 20, 0).get(0).body()).text();
    assertTrue(text.endsWith("; the end is missing, the power goes"), text);
  }

  /** A time that is a fault of the program where it is asked for while {@code isFaulty}. */
  private final class FaultyTimeline implements Timeline {
    private volatile boolean isFaulty;

    @Override
    public long nowNs() {
      return timeline.nowNs();
    }

    @Override
    public long monotonicNs() {
      if (isFaulty) {
        throw new IllegalStateException("on purpose");
      }
      return timeline.monotonicNs();
    }

    @Override
    public TimeOrigin origin() {
      return timeline.origin();
    }

    @Override
    public long errorNs() {
      return timeline.errorNs();
    }
  }

  @Test
  void faultAtOneQueueKeepsNoOtherFromTheDisk() throws Exception {
    FaultyTimeline time = new FaultyTimeline();
    try (Store faulty = queue("faulty", time)) {
      faulty.append(1, Bytes.EMPTY, Bytes.ofHex("00"));
      time.isFaulty = true;
      PowerWatch both = new PowerWatch(
          new PowerPlan(file, "1"),
          pipeline,
          List.of(faulty, batches),
          timeline,
          health,
          new Stop());
      assertEquals(List.of("a fault of the program at a queue, see above"), both.secure());
      assertEquals(1, batches.entries());
      assertEquals(1, health.counter(Declared.count("bugs"), "power").value());
      time.isFaulty = false;
    }
  }

  @Test
  void whatIsInMemoryAloneIsNotOnDisk() throws Exception {
    try (Store memory = queue("card/cloud")) {
      PowerWatch both = new PowerWatch(
          new PowerPlan(file, "1"),
          pipeline,
          List.of(batches, memory),
          timeline,
          health,
          new Stop());
      assertEquals(List.of("card/cloud: in memory alone"), both.secure());
    }
    assertEquals(List.of(), watch.secure());
  }

  @ParameterizedTest
  @CsvSource({"0", "''", "11", "on", "1 1"})
  void otherContentSaysNothing(String content) throws Exception {
    says(content);
    assertEquals(0, warnings());
    assertEquals(0, batches.entries());
  }

  @Test
  void aWordThatIsTakenBackAndGivenAgainIsAnother() throws Exception {
    says("1");
    says("1");
    assertEquals(1, warnings());
    says("0");
    says("1");
    assertEquals(2, warnings());
    Files.delete(file);
    watch.look();
    says("1");
    assertEquals(3, warnings());
  }

  @Test
  void whatComesWhileItGoesIsSecuredFourTimesASecondAndNotForEver() throws Exception {
    says("1");
    next();
    timeline.advanceNs(249 * MS);
    watch.look();
    assertEquals(1, batches.entries());
    timeline.advanceNs(MS);
    watch.look();
    assertEquals(2, batches.entries());
    timeline.advanceNs(30_000 * MS);
    watch.look();
    next();
    timeline.advanceNs(250 * MS);
    watch.look();
    assertEquals(2, batches.entries(), "the power is still there");
  }

  /** One more frame, taken by the pipeline's thread. */
  private void next() throws InterruptedException {
    long before = health.counter(Declared.count("decode.samples"), "").value();
    FrameChunk chunk = new FrameChunk("can0", 1);
    chunk.addCan().set(timeline.nowNs(), 100, 0, new byte[8], 0, 8);
    given = chunk;
    while (health.counter(Declared.count("decode.samples"), "").value() == before) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aFileThatCannotBeReadSaysNothingAndIsToldOnce() throws Exception {
    Files.createDirectory(file);
    watch.look();
    watch.look();
    assertEquals(0, warnings());
    Files.delete(file);
    says("1");
    assertEquals(1, warnings());
  }
}
