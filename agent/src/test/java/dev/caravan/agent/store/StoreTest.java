package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is not there, or not for ever. */
class StoreTest {
  private static final long MEMORY = 1L << 52;
  // the first bytes of what sha256sum says of "content"
  private static final Bytes SCHEMA = Bytes.ofHex("ed7002b439e9ac84");

  private final Path card;
  private final Path dir;
  private final Queues queues;

  /** What came out, in its order. */
  private final List<String> sent = new ArrayList<>();

  StoreTest(@TempDir Path folder) {
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
  void withoutTheParentAllIsInMemoryAndNothingIsMade() throws IOException {
    try (Store store = open()) {
      assertEquals(Part.State.DEGRADED, part().state());
      assertTrue(
          part().why().startsWith("in memory only: open " + dir + ": " + card + " is not there"),
          part().why());
      long first = append(store, "a");
      assertTrue(first > MEMORY && first < 2 * MEMORY, Long.toString(first));
      append(store, "b");
      assertEquals(List.of(first, first + 1), send(store, 9));
      assertEquals(Optional.of(body("content")), store.schemas().get(SCHEMA));
      pass(store, 9);
      assertFalse(Files.exists(card));
    }
  }

  @Test
  void eachRunInMemoryHasNumbersOfItsOwn() throws IOException {
    long first;
    try (Store store = open()) {
      first = append(store, "a");
    }
    try (Store store = open()) {
      assertTrue(Math.abs(append(store, "b") - first) >= 1 << 24);
    }
  }

  @Test
  void whatWasNeverSentGoesToTheDiskThatComesAndWhatWasSentDoesNot() throws IOException {
    try (Store store = open()) {
      long first = append(store, "a");
      append(store, "b");
      append(store, "c");
      assertEquals(List.of(first), send(store, 1));
      assertEquals(List.of(first + 1), sequences(store.head(1, 1 << 20, 0)), "not acknowledged");
      Files.createDirectory(card);
      pass(store, 3);
      assertTrue(store.isToGoOver());
      assertEquals(List.of(), store.head(9, 1 << 20, 0), "nothing leaves meanwhile");
      append(store, "d");
      store.goOver();
      append(store, "e");
      assertEquals(Part.State.OK, part().state());
      assertEquals(List.of(first + 1), send(store, 9), "the old number once more");
      assertEquals(List.of(1L, 2L, 3L), send(store, 9));
      assertEquals(List.of("a", "b", "c", "d", "e"), sent);
      assertEquals(0, store.entries());
    }
    assertEquals(Optional.of(body("content")), new SchemaShelf(dir.resolve("schemas")).get(SCHEMA));
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsWaitedOut() throws IOException {
    Files.createDirectory(card);
    Files.writeString(dir, "not a directory");
    try (Store store = open()) {
      assertTrue(part().why().contains(dir + ": not a folder"), part().why());
      append(store, "a");
      Files.delete(dir);
      pass(store, 3);
      store.goOver();
      assertEquals(List.of(1L), send(store, 9));
    }
  }

  @Test
  void aDirectoryThatAnotherHasIsRefused() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      append(store, "a");
      assertThrows(UnfitStoreException.class, this::open);
    }
  }

  @Test
  void aLockThatIsASymbolicLinkIsRefusedAndNotWrittenThrough() throws IOException {
    Files.createDirectories(dir);
    Path target = Files.writeString(card.resolve("target"), "precious");
    Files.createSymbolicLink(dir.resolve("lock"), target);
    UnfitStoreException e = assertThrows(UnfitStoreException.class, this::open);
    assertEquals(
        "open " + dir + "/lock: a symbolic link, which is not followed; want a file, or nothing",
        e.getMessage());
    assertEquals("precious", Files.readString(target));
  }

  @Test
  void aLockThatIsNoFileIsRefused() throws Exception {
    Path lock = Files.createDirectories(dir.resolve("lock"));
    String words = "open " + lock + ": not a file; want a file, or nothing";
    assertEquals(words, assertThrows(UnfitStoreException.class, this::open).getMessage());
    Files.delete(lock);
    pipe(lock);
    assertEquals(words, assertThrows(UnfitStoreException.class, this::open).getMessage());
  }

  private static void pipe(Path file) throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
  }

  @Test
  @Timeout(30)
  void aCursorThatIsAPipeHoldsNothingUp() throws Exception {
    Files.createDirectories(dir);
    pipe(dir.resolve("cursor"));
    try (Store store = open()) {
      assertEquals(
          "in memory only: read " + dir + "/cursor: not a file; want a file, or nothing",
          part().why());
      append(store, "a");
      assertEquals(1, send(store, 9).size());
    }
  }

  @Test
  void schemasBehindASymbolicLinkAreRefused() throws IOException {
    Files.createDirectories(dir);
    Path others = Files.createDirectory(card.resolve("others"));
    Files.createSymbolicLink(dir.resolve("schemas"), others);
    UnfitStoreException e = assertThrows(UnfitStoreException.class, this::open);
    assertEquals(
        "open " + dir
            + "/schemas: a symbolic link, which is not followed; want a folder, or nothing",
        e.getMessage());
  }

  @Test
  void aFileInPlaceOfWhatItLiesInIsNamed() throws IOException {
    Files.writeString(card, "not a folder");
    Store store = open();
    String why = part().why();
    store.close();
    assertEquals(
        "in memory only: open " + dir + ": " + card + " is not a folder; want a folder, or nothing",
        why);
  }

  @Test
  @Timeout(30)
  void aDiskThatDoesNotAnswerHoldsNothingUpAndIsTakenWhenItDoes() throws Exception {
    Files.createDirectory(card);
    java.util.concurrent.CountDownLatch answers = new java.util.concurrent.CountDownLatch(1);
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    disk.failWhen(
        call -> {
          try {
            answers.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return false;
        },
        FaultyDisk.Fault.ERROR);
    try (Store store = new Store(
        queues.settings, "cloud", Keepers.CLOUD, queues.timeline, queues.health, disk, 50)) {
      assertEquals(
          "in memory only: open " + dir + ": the disk does not answer", part().why());
      append(store, "a");
      append(store, "b");
      assertTrue(send(store, 1).get(0) > MEMORY);
      pass(store, 9);
      assertEquals(Part.State.DEGRADED, part().state());
      answers.countDown();
      org.awaitility.Awaitility.await().until(() -> {
        pass(store, 1);
        return store.isToGoOver();
      });
      store.goOver();
      append(store, "c");
      assertEquals(Part.State.OK, part().state());
      assertEquals(List.of(1L, 2L), send(store, 9));
    }
    assertEquals(List.of("a", "b", "c"), sent);
  }

  @Test
  void aCardThatIsPulledComesBackWithWhatIsOnIt() throws IOException {
    Files.createDirectory(card);
    try (Store store = open()) {
      append(store, "a");
      append(store, "b");
      assertEquals(List.of(1L), send(store, 1));
      Path away = card.resolveSibling("away");
      Files.move(card, away);
      pass(store, 1);
      assertEquals(
          "in memory only: the disk of " + dir + " was taken away", part().why());
      append(store, "c");
      assertTrue(send(store, 1).get(0) > MEMORY);
      append(store, "d");
      assertFalse(Files.exists(card));
      Files.move(away, card);
      pass(store, 5);
      store.goOver();
      assertEquals(List.of(2L, 3L), send(store, 9));
      assertEquals(List.of("a", "c", "b", "d"), sent);
    }
  }

  @Test
  void aDiskThatTakesNothingForTenSecondsIsGivenUpUntilItDoes() throws IOException {
    Files.createDirectory(card);
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    try (Store store = new Store(
        queues.settings, "cloud", Keepers.CLOUD, queues.timeline, queues.health, disk, 60_000)) {
      append(store, "a");
      assertEquals(List.of(1L), send(store, 1));
      disk.failWhen(call -> true, FaultyDisk.Fault.ERROR);
      append(store, "b");
      pass(store, 9);
      assertEquals(List.of(), send(store, 1), "it is waited for");
      pass(store, 3);
      assertTrue(part().why().startsWith("in memory only: "), part().why());
      assertTrue(send(store, 1).get(0) > MEMORY);
      append(store, "c");
      disk.failWhen(call -> false, FaultyDisk.Fault.ERROR);
      pass(store, 5);
      store.goOver();
      assertEquals(List.of(2L), send(store, 9));
      assertEquals(List.of("a", "b", "c"), sent);
    }
  }

  @Test
  void whenTheDiskComesAtTheVeryEndWhatIsInMemoryIsSaved() throws IOException {
    Store store = open();
    append(store, "a");
    Files.createDirectory(card);
    store.close();
    try (Store later = open()) {
      assertEquals(List.of(1L), send(later, 9));
    }
  }

  @Test
  void memoryMaxBoundsTheMemory() throws IOException {
    queues.settings = new StoreSettings(dir, 1 << 20, 0, SECOND_NS, 16 << 10, 256 << 10);
    try (Store store = open()) {
      for (int i = 0; i < 100; i++) {
        store.append(1, SCHEMA, body(i, 4 << 10));
        store.idle(0);
      }
      long evicted = queues.count("store.evicted_batches");
      assertEquals(100, evicted + store.entries());
      assertTrue(store.entries() > 32 && store.entries() <= 64, "left " + store.entries());
    }
  }

  @Test
  void whatIsInMemoryAtTheEndIsCountedAsLost() throws IOException {
    Store store = open();
    append(store, "a");
    append(store, "b");
    send(store, 1);
    store.close();
    assertEquals(1, queues.count("store.evicted_batches"));
    assertEquals(1, queues.count("store.evicted"));
    assertEquals(0, store.waiting().entries());
  }

  @Test
  void whatWasSentFromMemoryAndIsNotSettledSurvivesOnTheDiskThatComes() throws IOException {
    long first;
    try (Store store = open()) {
      first = append(store, "a");
      append(store, "b");
      append(store, "c");
      assertEquals(3, store.head(9, 1 << 20, 0).size());
      store.remove(List.of(first + 1));
      Files.createDirectory(card);
      pass(store, 3);
      store.goOver();
      append(store, "d");
      pass(store, 1);
      store.remove(List.of(first));
      assertEquals(2, store.entries());
    }
    assertEquals(0, queues.count("store.evicted_batches"));
    List<Path> all = Spool.withRests(dir);
    assertEquals(2, all.size());
    assertEquals(first + 1, Spool.of(all.get(1)).removedThrough());
    assertEquals(Optional.of(body("content")), Spool.of(all.get(1)).schema(SCHEMA));
    assertEquals(Optional.empty(), Spool.of(all.get(1)).schemaFault(SCHEMA));
    try (Store store = open()) {
      assertEquals(2, store.entries());
      assertEquals(List.of(first + 2), send(store, 9), "under its old number");
      assertEquals(List.of(1L), send(store, 9));
      assertEquals(List.of("c", "d"), sent);
      assertEquals(Optional.of(body("content")), store.schemas().get(SCHEMA));
    }
    try (var files = Files.list(dir)) {
      assertFalse(files.anyMatch(each -> each.getFileName().toString().startsWith("memory-")));
    }
  }

  @Test
  void anEntryWhoseSchemaCannotBeWrittenIsNotOnTheDiskWithoutIt() throws IOException {
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("schemas"), "in its place");
    try (Store store = open()) {
      append(store, "a");
      pass(store, 3);
      assertEquals(0, Spool.of(dir).summary().entries());
      assertEquals(Part.State.DEGRADED, part().state());
      pass(store, 10);
      assertTrue(part().why().startsWith("in memory only: "), part().why());
      append(store, "b");
      assertTrue(send(store, 1).get(0) > MEMORY);
      Files.delete(dir.resolve("schemas"));
      pass(store, 5);
      store.goOver();
      pass(store, 2);
      assertEquals(1, Spool.of(dir).summary().entries());
      assertEquals(Optional.of(body("content")), Spool.of(dir).schema(SCHEMA));
    }
  }
}
