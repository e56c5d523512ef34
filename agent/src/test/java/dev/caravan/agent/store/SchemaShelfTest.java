package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaShelfTest {
  private static final Bytes FIRST = Bytes.ofHex("01aa");
  private static final Bytes SECOND = Bytes.ofHex("02bb");
  private static final Bytes THIRD = Bytes.ofHex("03cc");

  private final Path dir;

  SchemaShelfTest(@TempDir Path temporary) {
    dir = temporary.resolve("q");
  }

  @Test
  void aSchemaIsThereForTheNextShelf() throws IOException {
    new SchemaShelf(dir).put(FIRST, body("content"));
    SchemaShelf later = new SchemaShelf(dir);
    assertEquals(Optional.of(body("content")), later.get(FIRST));
    assertEquals(Optional.empty(), later.get(SECOND));
  }

  @Test
  void whatIsNotNeededGoesButNotTheLatest() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    shelf.keepOnly(Set.of());
    for (Bytes id : new Bytes[] {FIRST, SECOND, THIRD}) {
      shelf.put(id, id);
    }
    shelf.keepOnly(Set.of(FIRST));
    assertEquals(Optional.of(FIRST), shelf.get(FIRST));
    assertEquals(Optional.empty(), shelf.get(SECOND));
    assertEquals(Optional.of(THIRD), shelf.get(THIRD));
    shelf.put(SECOND, SECOND);
    assertEquals(Optional.of(SECOND), shelf.get(SECOND), "put again, it is there again");
  }

  @Test
  void whatCouldNotBeKeptDoesNotTakeThePlaceOfTheLatest() throws IOException {
    SchemaShelf shelf = new SchemaShelf(dir);
    shelf.put(FIRST, FIRST);
    // a directory that is not empty lies in its way
    Files.createDirectories(dir.resolve(SECOND + ".part/x"));
    assertThrows(IOException.class, () -> shelf.put(SECOND, SECOND));
    Files.delete(dir.resolve(SECOND + ".part/x"));
    shelf.keepOnly(Set.of());
    assertEquals(Optional.of(FIRST), shelf.get(FIRST));
  }

  @Test
  void theQueuePrunesWhatNoEntryNeedsAnyMore() throws IOException {
    Queues queues = new Queues(dir);
    Bytes large = body(1, 12_000);
    try (DiskQueue queue = queues.open()) {
      queue.schemas().put(FIRST, FIRST);
      queue.append(1, FIRST, large);
      queue.schemas().put(SECOND, SECOND);
      queue.append(1, SECOND, large);
      queue.append(1, SECOND, large);
      queue.head(1, 1 << 20, 0);
      assertTrue(Files.exists(dir.resolve("schemas/01aa")), "its entry is not removed");
      queue.remove(List.of(1L));
      assertEquals(Optional.empty(), queue.schemas().get(FIRST));
      assertEquals(Optional.of(SECOND), queue.schemas().get(SECOND));
    }
  }
}
