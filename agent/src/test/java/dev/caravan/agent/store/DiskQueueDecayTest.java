package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that went bad between two lives, and losses that a life told only to itself: all of them are named. */
class DiskQueueDecayTest {
  private final Queues queues;
  private final PowerCutDisk memory = new PowerCutDisk();

  DiskQueueDecayTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
    queues.settings =
        new StoreSettings(queues.settings.dir(), 64 << 10, 0, SECOND_NS, 4096, 64 << 10);
  }

  private void append(DiskQueue queue, int count) {
    for (int i = 0; i < count; i++) {
      queue.append(2, SCHEMA, body(i, 1024));
      queues.timeline.advanceNs(SECOND_NS);
      queue.idle(0);
    }
  }

  private long missing(DiskQueue queue) {
    TreeSet<Long> taken = new TreeSet<>(sequences(drain(queue)));
    return queue.append(2, SCHEMA, body(0, 1024)) - 1 - taken.size();
  }

  private long named(DiskQueue queue) {
    return queue.lostBefore().entriesEvicted()
        + queues.count("store.evicted_batches")
        + queues.count("store.corrupt");
  }

  private List<String> segments() {
    return memory.names(Path.of("")).stream()
        .filter(name -> name.endsWith(".seg"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"0, EMPTY", "3, EMPTY", "3, ZEROS", "3, NOISE", "-1, EMPTY", "-1, ZEROS", "-1, NOISE"
  })
  void whatABadFileHeldIsNamed(int which, String content) throws IOException {
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      append(queue, 30);
    }
    List<String> names = segments();
    String name = names.get(which < 0 ? names.size() + which : which);
    byte[] bytes = new byte[content.equals("EMPTY") ? 0 : memory.bytes(name).length];
    if (content.equals("NOISE")) {
      new Random(4).nextBytes(bytes);
    }
    memory.put(name, bytes);
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      long missing = missing(queue);
      assertTrue(missing >= 1 && missing <= 3, "missing " + missing);
      assertEquals(missing, named(queue));
    }
  }

  @ParameterizedTest
  @EnumSource(WhenFull.class)
  void whatIsDamagedIsNamedThoughRoomIsMade(WhenFull whenFull) throws IOException {
    queues.settings = queues.settings.with(whenFull);
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      append(queue, 30);
    }
    for (int each : new int[] {1, 4, 7}) {
      byte[] bytes = memory.bytes(segments().get(each));
      java.util.Arrays.fill(bytes, 1200, 2000, (byte) 0);
    }
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      append(queue, 150);
      long missing = missing(queue);
      assertTrue(missing > 100, "missing " + missing);
      assertEquals(missing, named(queue));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void aSegmentThatGoesUnderWayIsNamedWithItsReports(int which) throws IOException {
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      append(queue, 30);
      memory.delete(Path.of(segments().get(which)));
      // the first try ends at the file that is not there
      long taken = (long) drain(queue).size() + drain(queue).size();
      long missing = 30 - taken;
      assertTrue(missing >= 2, "missing " + missing);
      assertEquals(missing, queues.count("store.corrupt"));
      assertEquals(2 * missing, queues.count("store.corrupt_reports"));
    }
  }

  @Test
  void whatWasRefusedIsNamedAfterAKill() throws IOException {
    queues.settings = queues.settings.with(WhenFull.REFUSE);
    FaultyDisk disk = new FaultyDisk(memory);
    DiskQueue killed = queues.open(disk);
    append(killed, 100);
    long refused = queues.count("store.evicted_batches");
    assertTrue(refused > 30, "refused " + refused);
    queues.timeline.advanceNs(2 * SECOND_NS);
    killed.idle(0);
    Queues.kill(killed, disk);
    try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
      assertEquals(refused, queue.lostBefore().entriesEvicted());
      assertEquals(refused, missing(queue));
    }
  }

  @Test
  void filesThatWereDeletedUnderAQueueAreMadeAgain() throws IOException {
    queues.settings = queues.settings.with(WhenFull.THIN);
    try (DiskQueue queue = queues.open()) {
      append(queue, 10);
      try (var files = java.nio.file.Files.list(queues.settings.dir())) {
        for (Path each : files.toList()) {
          // without its lock it would be another directory
          if (!java.nio.file.Files.isDirectory(each) && !each.endsWith("lock")) {
            java.nio.file.Files.delete(each);
          }
        }
      }
      append(queue, 20);
      TreeSet<Long> left = new TreeSet<>();
      while (queue.entries() > 0) {
        left.addAll(sequences(drain(queue)));
      }
      assertTrue(left.contains(30L), left.toString());
    }
  }
}
