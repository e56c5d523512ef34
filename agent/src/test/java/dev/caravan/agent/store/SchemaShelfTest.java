package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SchemaShelfTest {
  // the first bytes of what sha256sum says of "first", "second" and "third"
  private static final Bytes FIRST = Bytes.ofHex("a7937b64b8caa58f");
  private static final Bytes SECOND = Bytes.ofHex("16367aacb67a4a01");
  private static final Bytes THIRD = Bytes.ofHex("b1e99324505bd32d");
  private static final Map<Bytes, Bytes> CONTENTS =
      Map.of(FIRST, body("first"), SECOND, body("second"), THIRD, body("third"));

  private final Path dir;

  SchemaShelfTest(@TempDir Path temporary) {
    dir = temporary.resolve("q");
  }

  private static void put(SchemaShelf shelf, Bytes id) throws IOException {
    shelf.put(id, CONTENTS.getOrDefault(id, Bytes.EMPTY));
  }

  @Test
  void aSchemaIsThereForTheNextShelf() throws IOException {
    put(new SchemaShelf(dir), FIRST);
    SchemaShelf later = new SchemaShelf(dir);
    assertEquals(Optional.of(body("first")), later.get(FIRST));
    assertEquals(Optional.empty(), later.get(SECOND));
  }

  @Test
  void entriesWithoutASchemaLackNone() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    assertEquals(Optional.empty(), shelf.get(Bytes.EMPTY));
    assertEquals(Optional.empty(), shelf.fault(Bytes.EMPTY));
    assertEquals(Optional.of("missing"), shelf.fault(FIRST));
  }

  @Test
  void whatIsNotNeededGoesButNotTheLatest() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    shelf.keepOnly(Set.of());
    for (Bytes id : new Bytes[] {FIRST, SECOND, THIRD}) {
      put(shelf, id);
    }
    shelf.keepOnly(Set.of(FIRST));
    assertEquals(Optional.of(body("first")), shelf.get(FIRST));
    assertEquals(Optional.empty(), shelf.get(SECOND));
    assertEquals(Optional.of(body("third")), shelf.get(THIRD));
    put(shelf, SECOND);
    assertEquals(Optional.of(body("second")), shelf.get(SECOND), "put again, it is there again");
  }

  @Test
  void whatIsNotNamedAsASchemaStays() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    put(shelf, FIRST);
    put(shelf, SECOND);
    Path half = Files.createFile(dir.resolve(FIRST + ".part"));
    Path others = Files.createFile(dir.resolve("README"));
    Files.createFile(dir.resolve("photo.jpg"));
    shelf.keepOnly(Set.of());
    assertFalse(Files.exists(dir.resolve(FIRST.toString())));
    assertFalse(Files.exists(half));
    assertTrue(Files.exists(others));
    assertTrue(Files.exists(dir.resolve("photo.jpg")));
  }

  @Test
  @Timeout(30)
  void aPipeInPlaceOfASchemaHoldsNothingUpAndIsWrittenOver() throws Exception {
    Files.createDirectories(dir);
    Path file = dir.resolve(FIRST.toString());
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    SchemaShelf shelf = new SchemaShelf(dir);
    assertEquals(Optional.empty(), shelf.get(FIRST));
    put(shelf, FIRST);
    assertEquals("first", Files.readString(file));
  }

  @Test
  void aLinkInPlaceOfTheDirectoryIsNotFollowed() throws IOException {
    Path others = Files.createDirectories(dir.resolveSibling("others"));
    Path schema = Files.writeString(others.resolve(FIRST.toString()), "another's");
    Files.createSymbolicLink(dir, others);
    SchemaShelf shelf = new SchemaShelf(dir);
    String words =
        "open " + dir + ": a symbolic link, which is not followed; want a folder, or nothing";
    assertEquals(words, assertThrows(UnfitStoreException.class, shelf::goToDisk).getMessage());
    assertEquals(
        words, assertThrows(IOException.class, () -> put(shelf, SECOND)).getMessage());
    shelf.keepOnly(Set.of());
    assertEquals("another's", Files.readString(schema));
    assertFalse(Files.exists(others.resolve(SECOND.toString())));
  }

  @Test
  void whatCouldNotBeKeptDoesNotTakeThePlaceOfTheLatest() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    put(shelf, FIRST);
    // a directory that is not empty lies in its way
    Files.createDirectories(dir.resolve(SECOND + ".part/x"));
    assertThrows(IOException.class, () -> put(shelf, SECOND));
    Files.delete(dir.resolve(SECOND + ".part/x"));
    shelf.keepOnly(Set.of());
    assertEquals(Optional.of(body("first")), shelf.get(FIRST));
  }

  @Test
  void theQueuePrunesWhatNoEntryNeedsAnyMore() throws IOException {
    Queues queues = new Queues(dir);
    Bytes large = body(1, 12_000);
    try (DiskQueue queue = queues.open()) {
      put(queue.schemas(), FIRST);
      queue.append(1, FIRST, large);
      put(queue.schemas(), SECOND);
      queue.append(1, SECOND, large);
      queue.append(1, SECOND, large);
      queue.head(1, 1 << 20, 0);
      assertTrue(Files.exists(dir.resolve("schemas/a7937b64b8caa58f")), "its entry is not removed");
      queue.remove(List.of(1L));
      assertEquals(Optional.empty(), queue.schemas().get(FIRST));
      assertEquals(Optional.of(body("second")), queue.schemas().get(SECOND));
    }
  }

  @Test
  void everyDamagedSchemaIsAsGoodAsNone() throws IOException {
    put(new SchemaShelf(dir), FIRST);
    Path file = dir.resolve(FIRST.toString());
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertNotRead(file, flipped);
    }
    assertNotRead(file, new byte[whole.length]);
    for (int length = 0; length < whole.length; length++) {
      assertNotRead(file, Arrays.copyOf(whole, length));
    }
  }

  private void assertNotRead(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    SchemaShelf shelf = new SchemaShelf(dir);
    assertEquals(Optional.empty(), shelf.get(FIRST));
    assertEquals(Optional.of("damaged"), shelf.fault(FIRST));
    put(shelf, FIRST);
    assertEquals(Optional.of(body("first")), new SchemaShelf(dir).get(FIRST), "written anew");
  }

  @Test
  void whatIsInMemoryIsWrittenAgainWhenItsFileGoes() throws IOException {
    put(new SchemaShelf(dir), SECOND);
    SchemaShelf shelf = new SchemaShelf(dir);
    put(shelf, FIRST);
    shelf.get(SECOND);
    Files.delete(dir.resolve(FIRST.toString()));
    Files.delete(dir.resolve(SECOND.toString()));
    Files.delete(dir);
    assertEquals(Optional.of(body("second")), shelf.get(SECOND));
    shelf.writeMissing();
    assertEquals(Optional.of(body("first")), new SchemaShelf(dir).get(FIRST));
    assertEquals(Optional.of(body("second")), new SchemaShelf(dir).get(SECOND));
  }

  @Test
  void inMemoryNothingIsWrittenBeforeTheDiskComes() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    shelf.stayInMemory();
    put(shelf, FIRST);
    assertFalse(Files.exists(dir));
    assertEquals(Optional.of(body("first")), shelf.get(FIRST));
    shelf.goToDisk();
    assertEquals(Optional.of(body("first")), new SchemaShelf(dir).get(FIRST));
  }

  @Test
  void theMemoryOfSchemasIsBounded() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    Bytes large = body(1, 900_000);
    Bytes largeId = SchemaShelf.idOf(large, 8);
    shelf.put(largeId, large);
    for (int seed = 2; seed <= 4; seed++) {
      Bytes other = body(seed, 900_000);
      shelf.put(SchemaShelf.idOf(other, 8), other);
    }
    Files.delete(dir.resolve(largeId.toString()));
    assertEquals(Optional.empty(), shelf.get(largeId), "it is not in memory any more");
  }

  @Test
  void whoPutsDoesNotWaitUntilItIsDurableAndASyncDoes() throws IOException {
    Queues queues = new Queues(dir);
    try (DiskQueue queue = queues.open()) {
      put(queue.schemas(), FIRST);
      queue.append(1, FIRST, body("entry"));
      assertEquals(1, queue.schemas().unforced());
      queue.sync();
      assertEquals(0, queue.schemas().unforced());
    }
  }

  @Test
  void schemaWhoseFileWentBeforeItWasDurableIsWrittenAnew() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    put(shelf, FIRST);
    Files.delete(dir.resolve(FIRST.toString()));
    assertThrows(IOException.class, shelf::force);
    shelf.writeMissing();
    assertEquals(Optional.of(body("first")), new SchemaShelf(dir).get(FIRST));
  }
}
