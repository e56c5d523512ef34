package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static dev.caravan.agent.store.Queues.sequences;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskQueueTest {
  private final Queues queues;

  DiskQueueTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
  }

  @Test
  void entriesComeBackAsTheyWereInTheirOrder() throws IOException {
    try (DiskQueue queue = queues.open()) {
      assertEquals(1, queue.append(3, SCHEMA, body("one")));
      assertEquals(2, queue.append(0, Bytes.EMPTY, Bytes.EMPTY));
      List<Entry> head = queue.head(10, 1 << 20, 0);
      assertEquals(
          List.of(
              new Entry(1, Queues.START_NS, 3, SCHEMA, body("one")),
              new Entry(2, Queues.START_NS, 0, Bytes.EMPTY, Bytes.EMPTY)),
          head);
      assertEquals(head, queue.head(10, 1 << 20, 0), "until they are removed they come again");
    }
  }

  @Test
  void headKeepsToCountAndBytes() throws IOException {
    try (DiskQueue queue = queues.open()) {
      for (int i = 0; i < 5; i++) {
        queue.append(1, SCHEMA, body(i, 1000));
      }
      assertEquals(List.of(1L, 2L, 3L), sequences(queue.head(3, 1 << 20, 0)));
      assertEquals(List.of(1L, 2L), sequences(queue.head(9, 2500, 0)));
      assertEquals(List.of(1L), sequences(queue.head(9, 1, 0)), "one at least");
    }
  }

  @Test
  void aNudgeEndsOneWaitForAnEntry() throws Exception {
    try (DiskQueue queue = queues.open()) {
      queue.nudge();
      assertEquals(List.of(), queue.head(9, 1 << 20, 3_600_000_000_000L), "also one before it");
      Thread waits = new Thread(() -> queue.head(9, 1 << 20, 3_600_000_000_000L));
      waits.start();
      await().until(() -> waits.getState() == Thread.State.TIMED_WAITING);
      queue.nudge();
      waits.join(10_000);
      assertFalse(waits.isAlive());
      queue.append(1, SCHEMA, body("one"));
      assertEquals(List.of(1L), sequences(queue.head(9, 1 << 20, 0)), "and no other");
    }
  }

  @Test
  void removedEntriesStayAwayAfterReopening() throws IOException {
    try (DiskQueue queue = queues.open()) {
      for (int i = 1; i <= 5; i++) {
        queue.append(i, SCHEMA, body("b" + i));
      }
      queue.head(9, 1 << 20, 0);
      queue.remove(List.of(1L, 2L, 3L));
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(2, queue.entries());
      assertEquals(List.of(4L, 5L), sequences(drain(queue)));
      assertEquals(6, queue.append(1, SCHEMA, body("b6")));
    }
  }

  @Test
  void latestGivesTheNewestThatAreNotOutAndTheyAreDurable() throws IOException {
    try (DiskQueue queue = queues.open()) {
      for (int i = 1; i <= 9; i++) {
        queue.append(1, SCHEMA, body(i, 100));
      }
      assertEquals(List.of(1L, 2L), sequences(queue.head(2, 1 << 20, 0)));
      queue.append(1, SCHEMA, body("ten"));
      assertEquals(
          List.of(6L, 7L, 8L), sequences(queue.latest(entry -> entry.sequence() > 5, 3, 1 << 20)));
      assertEquals(
          List.of(9L, 10L), sequences(queue.latest(entry -> entry.sequence() > 5, 9, 1 << 20)));
      assertEquals(List.of(), queue.latest(entry -> entry.sequence() > 5, 9, 1 << 20));
      queue.remove(List.of(7L, 8L, 10L));
      assertEquals(7, queue.entries());
      assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 9L), sequences(queue.head(9, 1 << 20, 0)));
      queue.remove(List.of(1L, 2L, 3L, 4L, 5L, 6L, 9L));
      assertEquals(0, queue.entries());
      assertEquals(List.of(), queue.head(9, 1 << 20, 0));
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(0, queue.entries());
    }
  }

  @Test
  void whatWasRemovedBeforeOlderOnesComesAgainInTheNextRunAndNotInThis() throws IOException {
    try (DiskQueue queue = queues.open()) {
      for (int i = 1; i <= 4; i++) {
        queue.append(1, SCHEMA, body(i, 100));
      }
      queue.latest(entry -> entry.sequence() > 2, 9, 1 << 20);
      queue.remove(List.of(3L, 4L));
      assertEquals(List.of(1L, 2L), sequences(queue.head(9, 1 << 20, 0)));
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(List.of(1L, 2L, 3L, 4L), sequences(queue.head(9, 1 << 20, 0)));
    }
  }

  @Test
  void newestIsThereEvenIfAllWasRemoved() throws IOException {
    Entry last = new Entry(2, Queues.START_NS, 7, SCHEMA, body("two"));
    try (DiskQueue queue = queues.open()) {
      assertTrue(queue.newest().isEmpty());
      queue.append(1, SCHEMA, body("one"));
      queue.append(7, SCHEMA, body("two"));
      drain(queue);
      assertEquals(last, queue.newest().orElseThrow());
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(last, queue.newest().orElseThrow());
      assertEquals(0, queue.entries());
      assertEquals(3, queue.append(1, SCHEMA, body("three")));
    }
  }

  @Test
  void manySegmentsAreReadInOrderAndUsedAgain() throws IOException {
    try (DiskQueue queue = queues.open()) {
      for (int i = 1; i <= 300; i++) {
        queue.append(1, SCHEMA, body(i, 900));
      }
      List<Entry> all = drain(queue);
      assertEquals(LongStream.rangeClosed(1, 300).boxed().toList(), sequences(all));
      assertEquals(body(250, 900), all.get(249).body());
      for (int i = 301; i <= 900; i++) {
        queue.append(1, SCHEMA, body(i, 900));
        drain(queue);
      }
      try (Stream<Path> files = Files.list(queues.settings.dir())) {
        assertTrue(files.count() <= 10, "segments that are empty are used again");
      }
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(900, queue.newest().orElseThrow().sequence());
      assertEquals(List.of(), drain(queue));
    }
  }

  @Test
  void overTheAllowanceTheOldestGoFirstAndAreCounted() throws IOException {
    List<Entry> left;
    try (DiskQueue queue = queues.open()) {
      for (int i = 1; i <= 3000; i++) {
        queue.append(2, SCHEMA, body(i, 900));
        if (i % 50 == 0) {
          queue.sync();
          assertTrue(queue.sizeBytes() <= queues.settings.maxBytes());
        }
      }
      left = drain(queue);
    }
    assertEquals(3000, left.get(left.size() - 1).sequence());
    long first = left.get(0).sequence();
    assertEquals(LongStream.rangeClosed(first, 3000).boxed().toList(), sequences(left));
    assertEquals(first - 1, queues.count("store.evicted_batches"));
    assertEquals(2 * (first - 1), queues.count("store.evicted"));
    assertTrue(left.size() > 900, "most of the allowance is used: " + left.size());
  }

  @Test
  void aSecondQueueOnTheDirectoryIsRefusedWithThePid() throws IOException {
    try (DiskQueue queue = queues.open()) {
      IOException refused = assertThrows(IOException.class, queues::open);
      assertTrue(
          refused.toString().contains("pid=" + ProcessHandle.current().pid()), refused.toString());
      assertEquals(1, queue.append(1, SCHEMA, body("still works")));
    }
    queues.open().close();
  }

  @Test
  void filesAreForTheOwnerAlone() throws IOException {
    try (DiskQueue queue = queues.open()) {
      queue.schemas().put(SCHEMA, body("schema"));
      queue.append(1, SCHEMA, body("one"));
      drain(queue);
    }
    try (Stream<Path> files = Files.walk(queues.settings.dir())) {
      for (Path each : files.toList()) {
        assertEquals(
            Files.isDirectory(each) ? "rwx------" : "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
            each.toString());
      }
    }
  }

  @Test
  void killedQueueLosesNothingThatWasAppended() throws IOException {
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    DiskQueue queue = queues.open(disk);
    for (int i = 1; i <= 100; i++) {
      queue.append(1, SCHEMA, body(i, 500));
    }
    Queues.kill(queue, disk);
    try (DiskQueue again = queues.open()) {
      assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), sequences(drain(again)));
    }
  }
}
