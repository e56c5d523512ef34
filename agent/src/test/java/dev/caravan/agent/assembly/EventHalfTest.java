package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
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
import dev.caravan.agent.shape.privacy.PrivacySettings;
import dev.caravan.agent.shape.privacy.Veil;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.ReadEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route with events on two real queues, and what leaves of them. */
class EventHalfTest {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final long MS = 1_000_000L;

  private final Path folder;
  private final FakeTimeline timeline = new FakeTimeline(START_NS);
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal speed =
      table.define(SignalSpec.of("Vehicle.Speed", "can0.Motion", "km/h", Kind.UNSIGNED));
  private final ColumnsFormat format = new ColumnsFormat(
      new TelemetrySettings(1_000 * MS, 5000, 1 << 20, 0, true, true),
      new DeviceName("x", "a-1"),
      "cloud");
  private final Bytes bootId = Making.newBootId();

  EventHalfTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Store queue(String name) throws IOException {
    Path dir = name.equals("cloud") ? folder.resolve("cloud") : folder.resolve("cloud/events");
    return Store.open(
        new StoreSettings(dir, 16 << 20, 0, 0, 64 << 10, 8 << 20),
        name,
        Keepers.CLOUD,
        timeline,
        health);
  }

  private Route route(Store batches, Store events) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), """
        shape: [{match: "**", on_change: true, deadband: 1000}]
        events:
          triggers: [{name: fast, when: Vehicle.Speed >= 120, before: 1s, after: 100ms}]
        """);
    var root = YamlFile.read(file, new Faults(), name -> Optional.empty());
    Encoder encoder =
        format.batches().encoder(new Making(List.of(speed), timeline, health, bootId, 1));
    return new Route(
            "cloud",
            new Deadband(ShapeSettings.from(root.at("shape")), "cloud", health),
            encoder,
            batches)
        .withEvents(
            new Triggers(TriggerSettings.from(root.at("events")), health),
            format
                .events()
                .orElseThrow()
                .encoder(new Making(List.of(speed), timeline, health, bootId, 1)),
            events);
  }

  private void drive(Route route) {
    SampleGroup group = new SampleGroup();
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      timeline.advanceNs(10 * MS);
      group.begin(table.group(speed), timeline.nowNs());
      group.addNumber(speed, Quality.OK, i == 150 ? 120 : random.nextInt(100));
      route.accept(group);
      route.tick(timeline.nowNs());
    }
    route.finish();
  }

  private static List<Entry> all(Store queue) {
    return queue.head(100, 1 << 20, 0);
  }

  @Test
  void eventHasTheSamplesThatTheRouteWithholds() throws Exception {
    try (Store batches = queue("cloud");
        Store events = queue("cloud.events")) {
      drive(route(batches, events));
      assertEquals(199, health.total(Declared.count("shape.withheld")));
      List<Entry> entries = all(events);
      assertEquals(1, entries.size());
      assertEquals(1, entries.get(0).reports());
      ReadEvent event = EventReader.event(entries.get(0).body());
      assertEquals("fast", event.trigger());
      assertEquals(1, event.snapshots().size());
      assertTrue(events.schemas().get(entries.get(0).schemaId()).isPresent());
      assertEquals(1, all(batches).size());
    }
  }

  @Test
  void nothingOfWhatPrivacyTakesAwayIsInBatchesOrEvents() throws Exception {
    try (Store batches = queue("cloud");
        Store events = queue("cloud.events")) {
      Path file = Files.writeString(
          folder.resolve("p.yaml"), "privacy: [{match: Vehicle.Speed, drop: true}]");
      PrivacySettings privacy =
          PrivacySettings.from(YamlFile.read(file, new Faults()).at("privacy"));
      drive(route(batches, events).behind(new Veil(privacy, "cloud", health)));
      assertEquals(200, health.total(Declared.count("shape.withheld")));
      assertEquals(List.of(), all(events));
      assertEquals(List.of(), all(batches));
    }
  }

  @Test
  void eventLeavesWholeOrInPartsUnderItsNumber() throws Exception {
    try (Store batches = queue("cloud");
        Store events = queue("cloud.events")) {
      drive(route(batches, events));
      Entry entry = all(events).get(0);
      StoredBodies divider = new StoredBodies(events, format.events().orElseThrow());
      ReadEvent whole = EventReader.event(divider.messages(entry, true).get(0).body());
      assertEquals(1, whole.sequence());
      assertEquals(0, whole.parts());
      long most = divider.messages(entry, false).get(0).body().length() - 10L;
      List<Message> parts = divider.parts(entry, false, most);
      List<Integer> numbers = new ArrayList<>();
      for (Message part : parts) {
        assertTrue(part.body().length() <= most, "sizeBytes=" + part.body().length());
        ReadEvent read = EventReader.event(part.body());
        assertEquals(whole.id(), read.id());
        assertEquals(1, read.sequence());
        assertEquals(parts.size(), read.parts());
        numbers.add(read.part());
      }
      assertEquals(List.of(1, 2), numbers);
      assertEquals(List.of(), divider.parts(entry, false, 30));
      Entry without = new Entry(1, 0, 1, Bytes.ofHex("00"), entry.body());
      assertEquals(List.of(), divider.parts(without, false, most));
      Entry damaged = new Entry(1, 0, 1, entry.schemaId(), Bytes.ofHex("0aff"));
      assertEquals(List.of(), divider.parts(damaged, false, most));
    }
  }
}
