package dev.caravan.agent.uplink.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.receive.RecordedStream;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileUplinkTest {
  // 2026-11-30 12:00 UTC
  private static final long NOON_NS = 1_796_040_000_000_000_000L;
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final String STATUS = "caravan/v1/f/d1/status";
  private static final String SCHEMA = "caravan/v1/f/d1/schema/5c4e";
  private static final String DATA = "caravan/v1/f/d1/data/cloud";

  private final FakeTimeline timeline = new FakeTimeline(NOON_NS);
  private final Health health = new Health();
  private final Map<Bytes, Bytes> schemas =
      new HashMap<>(Map.of(Bytes.ofHex("5c4e"), text("schema")));
  private final Path dir;
  private long version = 1;

  FileUplinkTest(@TempDir Path folder) {
    this.dir = folder.resolve("out");
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private final class Way implements AutoCloseable {
    final FileUplink uplink;
    final Outlet outlet;

    Way(long fileBytes, long maxBytes, long keepNs) throws IOException {
      StatusSource status = new StatusSource() {
        @Override
        public Bytes online() {
          return text("online");
        }

        @Override
        public Bytes offline() {
          return text("offline");
        }

        @Override
        public long version() {
          return version;
        }
      };
      uplink = new FileUplink(
          new FileSettings(dir, fileBytes, maxBytes, keepNs),
          new Origin(new DeviceName("f", "d1"), "cloud", true),
          status,
          timeline,
          health);
      outlet = uplink.outlet(new Channel(
          "cloud",
          (entry, late) -> List.of(new Message(DATA, "caravan.v1.Batch", entry.body())),
          id -> Optional.ofNullable(schemas.get(id)),
          0));
      uplink.open();
    }

    List<Fate> send(String... bodies) throws IOException {
      List<Entry> entries = new ArrayList<>();
      for (String body : bodies) {
        entries.add(new Entry(entries.size() + 1, 0, 1, Bytes.ofHex("5c4e"), text(body)));
      }
      return outlet.send(entries, Collections.nCopies(entries.size(), false)).fates();
    }

    @Override
    public void close() {
      uplink.close();
    }
  }

  private List<String> names() throws IOException {
    return RecordedStream.files(dir).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  private List<String> read(int file) throws IOException {
    List<String> found = new ArrayList<>();
    RecordedStream.Extent extent = RecordedStream.read(
        RecordedStream.files(dir).get(file),
        (topic, body) ->
            found.add(topic + " " + new String(body.toArray(), StandardCharsets.UTF_8)));
    assertEquals(0, extent.tornBytes());
    return found;
  }

  @Test
  void aFileHasTheStatusThenEachSchemaBeforeWhatNeedsIt() throws IOException {
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      assertEquals(List.of(Fate.ACCEPTED, Fate.ACCEPTED), way.send("a", "b"));
      assertEquals(List.of(Fate.ACCEPTED), way.send("c"));
    }
    assertEquals(List.of("00000001-2026-11-30.cvstream"), names());
    assertEquals(
        List.of(
            STATUS + " online",
            SCHEMA + " schema",
            DATA + " a",
            DATA + " b",
            DATA + " c",
            STATUS + " offline"),
        read(0));
  }

  @Test
  void eachDayAndEachStartHasAFileThatCanBeReadAlone() throws IOException {
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      way.send("a");
      timeline.advanceNs(DAY_NS / 2);
      way.send("b");
    }
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      way.send("c");
      // the clock goes back, the order stays
      timeline.jumpNs(-DAY_NS);
      way.send("d");
    }
    assertEquals(
        List.of(
            "00000001-2026-11-30.cvstream",
            "00000002-2026-12-01.cvstream",
            "00000003-2026-12-01.cvstream",
            "00000004-2026-11-30.cvstream"),
        names());
    for (int i = 0; i < 4; i++) {
      List<String> all = read(i);
      assertEquals(
          List.of(STATUS + " online", SCHEMA + " schema", DATA + " " + "abcd".charAt(i)),
          all.subList(0, 3));
    }
  }

  @Test
  void theOldestFilesGoForTheNew() throws IOException {
    String large = "x".repeat(400);
    try (Way way = new Way(1000, 3000, 0)) {
      for (int i = 0; i < 20; i++) {
        assertEquals(List.of(Fate.ACCEPTED), way.send(large + i));
      }
    }
    long bytes = 0;
    for (Path file : RecordedStream.files(dir)) {
      assertTrue(Files.size(file) <= 1000 + 60, () -> file.toString());
      bytes += Files.size(file);
    }
    assertTrue(bytes <= 3000, "bytes=" + bytes);
    assertTrue(read(names().size() - 1).contains(DATA + " " + large + 19));
    long removed = health.counter(UplinkMetrics.FILES_REMOVED, "cloud").value();
    assertEquals(10, removed + names().size(), "a file has room for two");
  }

  @Test
  void whatWasTakenAwayIsNotWrittenTo() throws IOException {
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      way.send("a");
      Files.delete(RecordedStream.files(dir).get(0));
      assertThrows(IOException.class, () -> way.send("b"));
      way.uplink.close();
      way.uplink.open();
      assertEquals(List.of(Fate.ACCEPTED), way.send("b"));
    }
    assertEquals(
        List.of(STATUS + " online", SCHEMA + " schema", DATA + " b", STATUS + " offline"), read(0));
  }

  @Test
  void afterAFailureTheSameFileIsGoneOnWith() throws IOException {
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      way.send("a");
      Bytes id = Bytes.ofHex("0bad");
      schemas.put(id, text("y".repeat(300)));
      Outlet broken = way.uplink.outlet(new Channel(
          "cloud",
          (entry, late) -> List.of(new Message("", "", entry.body())),
          any -> {
            throw new java.io.UncheckedIOException(new IOException("disk"));
          },
          0));
      assertEquals(
          List.of(Fate.KEPT),
          broken
              .send(List.of(new Entry(2, 0, 1, id, text("z"))), List.of(false))
              .fates());
      way.uplink.close();
      way.uplink.open();
      way.send("b");
    }
    assertEquals(1, names().size());
    assertTrue(read(0).contains(DATA + " b"));
  }

  @Test
  void anEntryWithoutItsSchemaStaysAndOthersGo() throws IOException {
    schemas.clear();
    try (Way way = new Way(1 << 20, 1 << 30, 0)) {
      assertEquals(List.of(Fate.KEPT), way.send("a"));
      schemas.put(Bytes.ofHex("5c4e"), text("schema"));
      assertEquals(List.of(Fate.ACCEPTED), way.send("a"));
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsALinkThatIsDown() throws IOException {
    Files.writeString(dir, "a file");
    IOException e = assertThrows(IOException.class, () -> new Way(1 << 20, 1 << 30, 0));
    assertTrue(String.valueOf(e.getMessage()).startsWith("write messages to " + dir), e::toString);
  }
}
