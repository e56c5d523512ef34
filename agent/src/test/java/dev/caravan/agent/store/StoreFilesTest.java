package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory of a queue, or files in it, are deleted, moved or replaced. */
class StoreFilesTest {
  private static final long MEMORY = 1L << 52;
  // the first bytes of what sha256sum says of "content"
  private static final Bytes SCHEMA = Bytes.ofHex("ed7002b439e9ac84");

  private final Path card;
  private final Path dir;
  private final Queues queues;

  /** What came out, in its order. */
  private final List<String> sent = new ArrayList<>();

  StoreFilesTest(@TempDir Path folder) {
    card = folder.resolve("card");
    dir = card.resolve("spool");
    queues = new Queues(dir);
  }

  private Store open() throws IOException {
    return Store.open(queues.settings, "cloud", Keepers.CLOUD, queues.timeline, queues.health);
  }

  private static long append(Store store, String content) {
    store.keep(SCHEMA, body("content"));
    return store.append(1, SCHEMA, body(content));
  }

  /** Takes so many at most, and removes them. */
  private List<Long> send(Store store, int most) {
    List<Entry> head = store.head(most, 1 << 20, 0);
    head.forEach(each -> sent.add(new String(each.body().toArray(), StandardCharsets.UTF_8)));
    store.remove(sequences(head));
    return sequences(head);
  }

  private void pass(Store store, int seconds) {
    for (int i = 0; i < seconds; i++) {
      queues.timeline.advanceNs(SECOND_NS);
      store.idle(0);
    }
  }

  private Part part() {
    return queues.health.part("store", "cloud");
  }

  @Test
  void aDirectoryThatIsDeletedIsMadeAgainAndTheNumbersGoOn() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      append(store, "a");
      append(store, "b");
      assertEquals(List.of(1L), send(store, 1));
      delete(dir);
      append(store, "c");
      pass(store, 1);
      assertEquals(Part.State.OK, part().state());
      append(store, "d");
      assertEquals(List.of(2L, 3L, 4L), send(store, 9));
      append(store, "e");
    }
    try (Store store = open()) {
      assertEquals(List.of(5L), send(store, 9));
      assertEquals(Optional.of(body("content")), store.schemas().get(SCHEMA));
    }
    assertEquals(List.of("a", "b", "c", "d", "e"), sent);
  }

  @Test
  void whatWasOnADeletedDiskAloneIsNamed() throws IOException {
    Files.createDirectory(card);
    int large = 40 << 10;
    try (Store store = open()) {
      for (int i = 0; i < 4; i++) {
        store.append(2, SCHEMA, body(i, large));
        store.idle(0);
        pass(store, 2);
      }
      delete(dir);
      pass(store, 1);
      long left = store.entries();
      assertTrue(left < 4, "memory holds fewer");
      assertEquals(4 - left, queues.count("store.corrupt"));
      assertEquals(2 * (4 - left), queues.count("store.corrupt_reports"));
      assertEquals(4 - left, store.lost().entriesEvicted());
      assertEquals(left, send(store, 9).size());
    }
  }

  @Test
  void aDirectoryThatAnotherTookMeanwhileIsLeftToIt() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      append(store, "a");
      assertEquals(List.of(1L), send(store, 1));
      append(store, "b");
      delete(dir);
      Files.createDirectory(dir);
      // as another process would: this one's own record of the directory does not count
      Files.writeString(dir.resolve("cursor"), "of another");
      pass(store, 1);
      assertEquals(Part.State.DEGRADED, part().state());
      assertEquals("of another", Files.readString(dir.resolve("cursor")));
      append(store, "c");
      assertTrue(send(store, 1).get(0) > MEMORY);
      delete(dir);
      pass(store, 5);
      store.goOver();
      append(store, "d");
      assertEquals(List.of(1L, 2L), send(store, 9), "of a new stream");
    }
    assertEquals(List.of("a", "c", "b", "d"), sent);
  }

  @Test
  void whatWasNeverSentLeavesFromMemoryWhileAnotherHasTheDirectory() throws IOException {
    Files.createDirectory(card);
    Path aside = card.resolve("aside");
    try (DiskQueue other = new Queues(aside).open();
        Store store = open()) {
      other.append(1, SCHEMA, body("of another"));
      other.sync();
      append(store, "a");
      append(store, "b");
      assertEquals(List.of(1L), send(store, 1));
      delete(dir);
      Files.createSymbolicLink(dir, aside);
      pass(store, 3);
      assertTrue(part().why().contains("held by pid="), part().why());
      append(store, "c");
      assertEquals(2, send(store, 9).size());
      assertEquals(List.of("a", "b", "c"), sent);
      assertEquals(1, other.entries());
      Files.delete(dir);
      pass(store, 5);
      store.goOver();
      assertEquals(1, append(store, "d"), "of a new stream");
    }
    assertEquals(0, queues.count("store.evicted_batches"));
  }

  @Test
  void anotherQueueOfTheSameNumbersIsNotTakenForTheOneThatWasThere() throws IOException {
    Files.createDirectory(card);
    Path aside = card.resolve("aside");
    try (DiskQueue other = new Queues(aside).open()) {
      for (int i = 1; i <= 3; i++) {
        other.append(1, SCHEMA, body("other " + i));
      }
    }
    try (Store store = open()) {
      for (String each : List.of("a", "b", "c", "d")) {
        append(store, each);
      }
      assertEquals(List.of(1L), send(store, 1));
      delete(dir);
      Files.move(aside, dir);
      pass(store, 5);
      store.goOver();
      while (!send(store, 9).isEmpty()) {}
      assertTrue(sent.containsAll(List.of("a", "b", "c", "d", "other 3")), sent.toString());
      assertEquals(sent.size(), java.util.Set.copyOf(sent).size(), sent.toString());
    }
  }

  @Test
  void aDirectoryThatIsMovedAwayAndComesBackHasNothingTwice() throws IOException {
    Files.createDirectory(card);
    Path aside = card.resolve("aside");
    try (Store store = open()) {
      for (String each : List.of("a", "b", "c", "d")) {
        append(store, each);
        pass(store, 2);
      }
      assertEquals(List.of(1L), send(store, 1));
      Files.move(dir, aside);
      append(store, "e");
      pass(store, 2);
      append(store, "f");
      pass(store, 2);
      delete(dir);
      Files.move(aside, dir);
      append(store, "g");
      pass(store, 5);
      store.goOver();
      append(store, "h");
      assertEquals(List.of(2L, 3L, 4L, 5L, 6L, 7L, 8L), send(store, 9));
    }
    assertEquals(List.of("a", "b", "c", "d", "e", "f", "g", "h"), sent);
    assertEquals(0, queues.count("store.evicted_batches"));
  }

  @Test
  void deletedSegmentsAreWrittenAnewFromMemoryWhileTheQueueGoesOn() throws IOException {
    Files.createDirectory(card);
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    Store store = new Store(
        queues.settings, "cloud", Keepers.CLOUD, queues.timeline, queues.health, disk, 60_000);
    append(store, "a");
    append(store, "b");
    pass(store, 2);
    assertEquals(List.of(1L), send(store, 1));
    for (Path each : segments()) {
      Files.delete(each);
    }
    Files.delete(dir.resolve("cursor"));
    pass(store, 2);
    append(store, "c");
    pass(store, 2);
    assertEquals(0, queues.count("store.corrupt"));
    disk.cut();
    store.close();
    try (Store later = open()) {
      assertEquals(List.of(2L, 3L), send(later, 9));
      assertEquals(4, append(later, "d"));
    }
    assertEquals(List.of("a", "b", "c"), sent);
  }

  @Test
  void replacedFilesAreSeenAsDeletedOnesAre() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      append(store, "a");
      append(store, "b");
      pass(store, 2);
      assertEquals(List.of(1L), send(store, 1));
      List<Path> files = new ArrayList<>(segments());
      files.add(dir.resolve("cursor"));
      for (Path each : files) {
        Path other = Files.write(card.resolve("other"), new byte[16 << 10]);
        Files.move(other, each, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      pass(store, 2);
      append(store, "c");
      pass(store, 2);
      assertEquals(0, queues.count("store.corrupt"));
      Spool.Summary summary = Spool.of(dir).summary();
      assertEquals(
          List.of(2L, 2L, 3L), List.of(summary.entries(), summary.first(), summary.last()));
    }
    try (Store later = open()) {
      assertEquals(List.of(2L, 3L), send(later, 9));
      assertEquals(4, append(later, "d"));
    }
    assertEquals(List.of("a", "b", "c"), sent);
  }

  @Test
  void whatWasDeletedBetweenTwoRunsIsNamedAndNoNumberIsUsedAgain() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      for (int i = 0; i < 3; i++) {
        store.append(5, SCHEMA, body("x" + i));
      }
      pass(store, 2);
      assertEquals(List.of(1L), send(store, 1));
    }
    for (Path each : segments()) {
      Files.delete(each);
    }
    try (Store store = open()) {
      assertEquals(new Lost(2, 10, 0, 0), store.lost());
      assertEquals(0, store.entries());
      assertEquals(4, append(store, "d"));
    }
  }

  @Test
  void aFirstSegmentThatIsDeletedBeforeAnythingWasSentIsNamed() throws IOException {
    Files.createDirectory(card);
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    Store store = new Store(
        queues.settings, "cloud", Keepers.CLOUD, queues.timeline, queues.health, disk, 60_000);
    assertTrue(Files.exists(dir.resolve("cursor")));
    for (int i = 0; i < 9; i++) {
      store.append(5, SCHEMA, body(i, 7 << 10));
      pass(store, 2);
    }
    disk.cut();
    store.close();
    Files.delete(segments().get(0));
    try (Store later = open()) {
      long gone = later.lost().entriesEvicted();
      assertTrue(gone > 0);
      assertEquals(5 * gone, later.lost().reportsEvicted());
      assertEquals(9 - gone, later.entries());
    }
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(dir)) {
      return files.filter(each -> each.toString().endsWith(".seg")).sorted().toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (var files = Files.walk(tree)) {
      for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
