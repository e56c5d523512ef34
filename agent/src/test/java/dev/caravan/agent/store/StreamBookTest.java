package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stream an entry belongs to. */
class StreamBookTest {
  private static final Keeper CLONE = new Keeper(Keepers.CLOUD.owner(), Keepers.OTHER_BOARD);

  private final Path dir;
  private final Path file;
  private final Queues queues;

  StreamBookTest(@TempDir Path folder) {
    dir = folder.resolve("spool");
    file = dir.resolve("streams");
    queues = new Queues(dir);
  }

  private Store open(Keeper keeper) throws IOException {
    return Store.open(queues.settings, "cloud", keeper, queues.timeline, queues.health);
  }

  private static void append(Store store, String... contents) {
    for (String each : contents) {
      store.append(1, SCHEMA, body(each));
    }
  }

  /** Takes so many at most and removes them: the stream, the number in it, and the content of each. */
  private static List<String> send(Store store, int most) {
    List<Entry> head = store.head(most, 1 << 20, 0);
    List<String> sent = head.stream()
        .map(each -> store.place(each.sequence()).stream() + " "
            + store.place(each.sequence()).sequence() + " "
            + new String(each.body().toArray(), StandardCharsets.UTF_8))
        .toList();
    store.remove(Queues.sequences(head));
    return sent;
  }

  /** Writes a file as any program could, with its checksum. */
  private void write(String lines) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.US_ASCII));
    Files.writeString(file, lines + String.format("crc32c %08x\n", crc.getValue()));
  }

  @Test
  void newDirectoryIsANewStreamThatGoesOnWhenItIsOpenedAgain() throws IOException {
    StreamId stream;
    try (Store store = open(Keepers.CLOUD)) {
      stream = store.stream();
      assertFalse(stream.isNone());
      append(store, "a", "b");
      assertEquals(List.of(stream + " 1 a"), send(store, 1));
    }
    byte[] written = Files.readAllBytes(file);
    try (Store store = open(Keepers.CLOUD)) {
      assertEquals(stream, store.stream());
      append(store, "c");
      assertEquals(List.of(stream + " 2 b", stream + " 3 c"), send(store, 9));
      assertEquals(3, store.newest().orElseThrow().sequence());
    }
    assertEquals(
        "caravan-streams 1\n1 0 " + stream + " demo xa-1 cloud data 00112233445566aa 0 0 0 0\n",
        new String(written, StandardCharsets.US_ASCII).split("crc32c", -1)[0]);
    assertTrue(Arrays.equals(written, Files.readAllBytes(file)));
  }

  @Test
  void anotherFormatIsAnotherStreamBehindWhatWaits() throws IOException {
    Keeper json = new Keeper(Keepers.CLOUD.owner(), "json", Keepers.BOARD);
    StreamId columns;
    try (Store store = open(Keepers.CLOUD)) {
      columns = store.stream();
      append(store, "a", "b");
    }
    try (Store store = open(json)) {
      assertTrue(store.newest().isEmpty());
      append(store, "c");
      List<Entry> head = store.head(9, 1 << 20, 0);
      assertEquals(
          List.of(
              new Place(columns, 1, "columns"),
              new Place(columns, 2, "columns"),
              new Place(store.stream(), 1, "json")),
          head.stream().map(each -> store.place(each.sequence())).toList());
    }
    StreamId third;
    try (Store store = open(json)) {
      third = store.stream();
      append(store, "d");
      assertEquals(
          List.of(columns + " 1 a", columns + " 2 b", third + " 1 c", third + " 2 d"),
          send(store, 9));
    }
    assertTrue(
        Files.readString(file).contains(" " + third + " demo xa-1 cloud data:json 0011"),
        Files.readString(file));
    try (Store store = open(Keepers.CLOUD)) {
      assertNotEquals(third, store.stream());
      assertNotEquals(columns, store.stream());
    }
  }

  @Test
  void nextDirectoryOfTheSameNameIsAnotherStreamFrom1() throws IOException {
    StreamId stream;
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a", "b");
      stream = store.stream();
    }
    try (var files = Files.walk(dir)) {
      for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    try (Store store = open(Keepers.CLOUD)) {
      assertNotEquals(stream, store.stream());
      append(store, "c");
      assertEquals(List.of(store.stream() + " 1 c"), send(store, 9));
    }
  }

  /** A directory that was made by the program of before. */
  private void layDownUnnamed() throws IOException {
    Files.createDirectories(dir);
    Files.write(
        dir.resolve("00000000000000000001.seg"),
        Arrays.copyOf(StoreFormatTest.golden("unnamed", "00000000000000000001.seg"), 16 << 10));
    byte[] slots = StoreFormatTest.golden("unnamed", "cursor");
    ByteBuffer cursor = ByteBuffer.allocate(4096 + 96);
    cursor.put(0, slots, 0, 96).put(4096, slots, 96, 96);
    Files.write(dir.resolve("cursor"), cursor.array());
  }

  @Test
  void directoryOfBeforeGoesOnWithoutANameAndIsNotedAsOurs() throws IOException {
    layDownUnnamed();
    try (Store store = open(Keepers.CLOUD)) {
      assertEquals(StreamId.NONE, store.stream());
      assertEquals(new Lost(0, 0, 1, 2), store.lostBefore());
      assertEquals(5, store.newest().orElseThrow().sequence());
      append(store, "f");
      assertEquals(List.of(" 3 entry 3", " 4 entry 4"), send(store, 2));
    }
    try (Store store = open(Keepers.CLOUD)) {
      assertEquals(List.of(" 5 entry 5", " 6 f"), send(store, 9));
    }
    try (Store store = open(CLONE)) {
      append(store, "g");
      assertEquals(List.of(store.stream() + " 1 g"), send(store, 9));
    }
  }

  @Test
  void directoryThatKnowsItsMachineByTheHashOfBeforeGoesOnAndLearnsTheNewOne() throws IOException {
    Keeper before = new Keeper(Keepers.CLOUD.owner(), Keepers.OTHER_BOARD);
    Keeper root = new Keeper(
        Keepers.CLOUD.owner(), new MachineId(Keepers.BOARD.hash(), Keepers.OTHER_BOARD.hash()));
    StreamId stream;
    try (Store store = open(before)) {
      append(store, "a");
      stream = store.stream();
    }
    try (Store store = open(root)) {
      append(store, "b");
      assertEquals(stream, store.stream());
    }
    assertTrue(Files.readString(file).contains(" data 00112233445566aa "), Files.readString(file));
    try (Store store = open(Keepers.CLOUD)) {
      assertEquals(List.of(stream + " 1 a", stream + " 2 b"), send(store, 9));
    }
    try (Store store = open(before)) {
      assertNotEquals(stream, store.stream(), "only where it can be told");
    }
  }

  @Test
  void clonedCardInAnotherMachineIsAnotherStreamBehindWhatLiesThere() throws IOException {
    StreamId stream;
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a", "b", "c");
      stream = store.stream();
      assertEquals(1, send(store, 1).size());
    }
    StreamId cloned;
    try (Store store = open(CLONE)) {
      cloned = store.stream();
      assertEquals(Optional.empty(), store.newest(), "its ledger begins at zero");
      append(store, "d");
      assertEquals(List.of(stream + " 2 b", stream + " 3 c", cloned + " 1 d"), send(store, 9));
    }
    try (Store store = open(CLONE)) {
      assertEquals(cloned, store.stream());
      append(store, "e");
      assertEquals(List.of(cloned + " 2 e"), send(store, 9));
      assertEquals(List.of(cloned), streams(), "the line of the former is gone with its entries");
    }
  }

  private List<StreamId> streams() throws IOException {
    return StreamBook.openToRead(new OsDisk(), dir).orElseThrow().stretches().stream()
        .map(StreamBook.Stretch::stream)
        .toList();
  }

  @Test
  void cardOfAnotherDeviceRouteOrKindIsAnotherStream() throws IOException {
    StreamId before;
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a");
      before = store.stream();
    }
    for (StreamOwner owner : List.of(
        new StreamOwner(new DeviceName("demo", "xa-2"), "cloud", StreamKind.DATA),
        new StreamOwner(new DeviceName("other", "xa-2"), "cloud", StreamKind.DATA),
        new StreamOwner(new DeviceName("other", "xa-2"), "archive", StreamKind.DATA),
        new StreamOwner(new DeviceName("other", "xa-2"), "archive", StreamKind.EVENT))) {
      try (Store store = open(new Keeper(owner, Keepers.BOARD))) {
        assertNotEquals(before, store.stream(), owner.toString());
        before = store.stream();
        append(store, "b");
      }
    }
    try (Store store = open(new Keeper(
        new StreamOwner(new DeviceName("z", "z"), "z", StreamKind.DATA), Keepers.BOARD))) {
      assertEquals(
          List.of("1 a", "1 b", "1 b", "1 b", "1 b"),
          send(store, 9).stream().map(each -> each.substring(17)).toList());
    }
  }

  @Test
  void whatIsLostOfAFormerStreamIsInNoLedgerOfTheNext() throws IOException {
    queues.settings = new StoreSettings(dir, 64 << 10, 0, SECOND_NS, 16 << 10, 64 << 10);
    try (Store store = open(Keepers.CLOUD)) {
      for (int i = 0; i < 10; i++) {
        store.append(2, SCHEMA, body(i, 3000));
        store.idle(0);
      }
      store.sync();
      List<Entry> head = store.head(1, 1 << 20, 0);
      store.undelivered(1, new Lost(0, 0, 1, 2));
      store.remove(Queues.sequences(head));
      assertEquals(new Lost(0, 0, 1, 2), store.lost());
    }
    long evicted;
    try (Store store = open(CLONE)) {
      assertEquals(Lost.NOTHING, store.lostBefore());
      for (int i = 0; i < 8; i++) {
        store.append(3, SCHEMA, body(i, 3000));
        store.sync();
        queues.timeline.advanceNs(SECOND_NS);
        store.idle(0);
      }
      evicted = queues.count("store.evicted_batches");
      assertTrue(evicted > 0);
      assertEquals(evicted, queues.count("store.former_evicted_batches"));
      assertEquals(2 * evicted, queues.count("store.former_evicted"));
      assertEquals(Lost.NOTHING, store.lost());
      for (int i = 0; i < 20; i++) {
        store.append(3, SCHEMA, body(i, 3000));
        store.sync();
        queues.timeline.advanceNs(SECOND_NS);
        store.idle(0);
      }
      long current =
          queues.count("store.evicted_batches") - queues.count("store.former_evicted_batches");
      assertTrue(current > 0);
      assertEquals(new Lost(current, 3 * current, 0, 0), store.lost());
    }
    try (Store store = open(CLONE)) {
      assertTrue(store.lostBefore().entriesEvicted() > 0);
      assertEquals(3 * store.lostBefore().entriesEvicted(), store.lostBefore().reportsEvicted());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 16, 18, 40, 70, 90})
  void damagedFileGivesWhatLiesThereAStreamOfItsOwn(int at) throws IOException {
    StreamId stream;
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a", "b", "c");
      stream = store.stream();
      assertEquals(1, send(store, 1).size());
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "d");
      List<String> sent = send(store, 9);
      String unknown = sent.get(0).substring(0, 16);
      assertNotEquals(stream.toString(), unknown);
      assertNotEquals(store.stream().toString(), unknown);
      assertEquals(List.of(unknown + " 1 b", unknown + " 2 c", store.stream() + " 1 d"), sent);
    }
  }

  @Test
  void fileOfANewerProgramIsRefusedAndLeftAsItIs() throws IOException {
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a");
    }
    write("caravan-streams 2\nsomething else\n");
    byte[] newer = Files.readAllBytes(file);
    UnfitStoreException refused =
        assertThrows(UnfitStoreException.class, () -> open(Keepers.CLOUD));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("streams: version=2; want 1"),
        refused.getMessage());
    assertTrue(Arrays.equals(newer, Files.readAllBytes(file)));
  }

  @Test
  void powerThatGoesBeforeTheFirstEntryLeavesAStreamThatBeginsAt1() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      PowerCutDisk memory = new PowerCutDisk();
      FaultyDisk disk = new FaultyDisk(memory);
      DiskQueue queue = queues.open(disk);
      for (int i = random.nextInt(3); i > 0; i--) {
        queue.append(1, SCHEMA, body("x"));
      }
      memory.cutPower(random);
      Queues.kill(queue, disk);
      // a clone, whose power goes again before its first entry is durable
      disk = new FaultyDisk(memory);
      DiskQueue clone = queues.open(disk, CLONE);
      StreamBook.Stretch begun = clone.parts.streams.current();
      clone.append(1, SCHEMA, body("y"));
      memory.cutPower(random);
      Queues.kill(clone, disk);
      try (DiskQueue later = queues.open(new FaultyDisk(memory), CLONE)) {
        StreamBook.Stretch now = later.parts.streams.current();
        assertEquals(begun, now, "seed " + seed);
        long next = later.append(1, SCHEMA, body("z"));
        assertTrue(next >= begun.first(), "seed " + seed);
        assertEquals(begun.stream(), later.parts.streams.place(next).stream(), "seed " + seed);
      }
    }
  }

  @Test
  void purgedDirectoryThatIsMadeAgainMeanwhileKeepsItsStream() throws IOException {
    try (Store store = open(Keepers.CLOUD)) {
      StreamId stream = store.stream();
      append(store, "a", "b");
      assertEquals(1, send(store, 1).size());
      try (var files = Files.walk(dir)) {
        for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
      queues.timeline.advanceNs(SECOND_NS);
      store.idle(0);
      append(store, "c");
      assertEquals(stream, store.stream());
      assertEquals(List.of(stream + " 2 b", stream + " 3 c"), send(store, 9));
    }
  }

  @Test
  void fileThatIsDeletedMeanwhileIsWrittenAgain() throws IOException {
    try (Store store = open(Keepers.CLOUD)) {
      append(store, "a");
      byte[] written = Files.readAllBytes(file);
      Files.delete(file);
      queues.timeline.advanceNs(2 * SECOND_NS);
      store.idle(0);
      assertTrue(Arrays.equals(written, Files.readAllBytes(file)));
    }
  }

  @Test
  void runInMemoryIsAStreamFrom1AndItsRestKeepsIt() throws IOException {
    Path away = dir.resolve("card").resolve("spool");
    queues.settings = new StoreSettings(away, 1 << 20, 0, SECOND_NS, 16 << 10, 64 << 10);
    Files.createDirectories(dir);
    StreamId memory;
    try (Store store = open(Keepers.CLOUD)) {
      memory = store.stream();
      append(store, "a", "b", "c");
      assertEquals(List.of(memory + " 1 a"), send(store, 1));
      List<Entry> out = store.head(1, 1 << 20, 0);
      assertEquals(1, out.size(), "not acknowledged");
      Files.createDirectory(dir.resolve("card"));
      for (int i = 0; i < 3; i++) {
        queues.timeline.advanceNs(SECOND_NS);
        store.idle(0);
      }
      store.goOver();
      assertNotEquals(memory, store.stream());
      assertEquals(2, store.place(out.get(0).sequence()).sequence());
    }
    try (Store store = open(Keepers.CLOUD)) {
      assertEquals(List.of(memory + " 2 b"), send(store, 9));
      assertEquals(List.of(store.stream() + " 1 c"), send(store, 9));
    }
  }
}
