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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue of 64 KiB in segments of 4 KiB, each of three entries of a KiB. */
class WhenFullTest {
  private static final long MAX_BYTES = 64 << 10;
  private static final int BODY_BYTES = 1024;

  private final Queues queues;
  private final PowerCutDisk memory = new PowerCutDisk();
  private boolean isFaulty;

  WhenFullTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
  }

  private FaultyDisk use(WhenFull whenFull) {
    queues.settings = new StoreSettings(
            queues.settings.dir(), MAX_BYTES, 0, SECOND_NS, 4096, 64 << 10)
        .with(whenFull);
    return new FaultyDisk(memory);
  }

  /** Appends, with the courier's work after each. */
  private void append(DiskQueue queue, long from, long to) {
    for (long i = from; i <= to; i++) {
      assertEquals(i, queue.append(2, SCHEMA, body(i, BODY_BYTES)));
      queues.timeline.advanceNs(SECOND_NS);
      queue.idle(0);
      // a segment that a fault made suspect is written anew beside itself
      boolean keepsToIt = queue.sizeBytes() <= MAX_BYTES + 4096;
      assertTrue(
          keepsToIt && (isFaulty || queue.sizeBytes() <= MAX_BYTES), () -> "" + queue.sizeBytes());
    }
  }

  private void assertAddsUp(long appended, List<Entry> left) {
    assertEquals(appended, left.size() + queues.count("store.evicted_batches"));
    assertEquals(2 * appended, 2L * left.size() + queues.count("store.evicted"));
    assertEquals(0, queues.count("store.corrupt"));
    left.forEach(each -> assertEquals(body(each.sequence(), BODY_BYTES), each.body()));
  }

  @Test
  void refusingKeepsTheOldestAndCountsWhatComesIn() throws IOException {
    try (DiskQueue queue = queues.open(use(WhenFull.REFUSE))) {
      append(queue, 1, 200);
      List<Entry> some = queue.head(10, 1 << 20, 0);
      assertEquals(LongStream.rangeClosed(1, 10).boxed().toList(), sequences(some));
      queue.remove(sequences(some));
      append(queue, 201, 203);
      List<Entry> left = new ArrayList<>(some);
      left.addAll(drain(queue));
      assertAddsUp(203, left);
      assertEquals(203, left.get(left.size() - 1).sequence(), "there is room again");
      assertTrue(queues.count("store.evicted") > 2 * 100);
      assertEquals(0, queue.entries());
    }
  }

  @Test
  void thinningKeepsEveryNthOfTheOldestAndAllOfTheNewest() throws IOException {
    List<Entry> left;
    long entries;
    try (DiskQueue queue = queues.open(use(WhenFull.THIN))) {
      append(queue, 1, 120);
      entries = queue.entries();
    }
    long evicted = queues.count("store.evicted_batches");
    long evictedReports = queues.count("store.evicted");
    try (DiskQueue queue = queues.open(use(WhenFull.THIN))) {
      assertEquals(entries, queue.entries());
      left = drain(queue);
      assertEquals(0, queue.entries());
    }
    assertEquals(entries, left.size());
    assertEquals(120, left.size() + evicted);
    assertEquals(240, 2L * left.size() + evictedReports);
    assertEquals(0, queues.count("store.corrupt"));
    List<Long> there = sequences(left);
    assertTrue(there.get(0) <= 4, "the oldest time is still told: " + there);
    assertTrue(there.containsAll(List.of(117L, 118L, 119L, 120L)), there.toString());
    long far = there.stream().filter(sequence -> sequence <= 60).count();
    long near = there.stream().filter(sequence -> sequence > 60).count();
    assertTrue(far >= 10 && near > far, there.toString());
  }

  @Test
  void whenAllIsThinnedTheOldestGo() throws IOException {
    try (DiskQueue queue = queues.open(use(WhenFull.THIN))) {
      append(queue, 1, 3000);
      List<Entry> left = drain(queue);
      assertAddsUp(3000, left);
      assertTrue(left.get(0).sequence() > 1, "not even every sixteenth finds room");
      assertTrue(left.get(0).sequence() < 2900, "but they reach far back");
      assertEquals(3000, left.get(left.size() - 1).sequence());
    }
  }

  @Test
  void whatIsOutIsNotTakenFromTheCourier() throws IOException {
    try (DiskQueue queue = queues.open(use(WhenFull.THIN))) {
      append(queue, 1, 30);
      List<Entry> out = queue.head(12, 1 << 20, 0);
      append(queue, 31, 120);
      queue.remove(sequences(out));
      List<Entry> left = new ArrayList<>(out);
      left.addAll(drain(queue));
      assertAddsUp(120, left);
    }
  }

  /** The n-th call of the disk fails, for every n; nothing is given up that is not counted, nothing comes twice. */
  @ParameterizedTest
  @ValueSource(strings = {"ERROR", "TORN"})
  void thinningOutlivesEveryFailedCall(String kind) throws IOException {
    for (int n = 400; n < 900; n += 7) {
      int failing = n;
      FaultyDisk disk = use(WhenFull.THIN);
      memory.names(Path.of("")).forEach(name -> memory.delete(Path.of(name)));
      try (DiskQueue queue = queues.open(disk)) {
        isFaulty = true;
        disk.failWhen(call -> call == failing, FaultyDisk.Fault.valueOf(kind));
        append(queue, 1, 100);
        Set<Long> seen = new HashSet<>();
        List<Entry> left = new ArrayList<>();
        while (queue.entries() > 0) {
          queues.timeline.advanceNs(SECOND_NS);
          List<Entry> some = queue.head(7, 1 << 20, 0);
          some.forEach(each -> assertTrue(seen.add(each.sequence()), "n=" + failing));
          left.addAll(some);
          queue.remove(sequences(some));
        }
        assertEquals(100, left.size() + queues.count("store.evicted_batches"), "n=" + failing);
      }
    }
  }

  /** The power goes in the middle; then what is left is in order, whole, and reaches to what was synced. */
  @Test
  void powerCutWhileThinningLeavesAQueue() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      memory.names(Path.of("")).forEach(name -> memory.delete(Path.of(name)));
      FaultyDisk disk = use(WhenFull.THIN);
      DiskQueue queue = queues.open(disk);
      isFaulty = true;
      int cutAt = 300 + random.nextInt(600);
      disk.failWhen(call -> call >= cutAt, FaultyDisk.Fault.ERROR);
      append(queue, 1, 60 + random.nextInt(60));
      memory.cutPower(random);
      Queues.kill(queue, disk);
      try (DiskQueue again = queues.open(use(WhenFull.THIN))) {
        List<Entry> left = drain(again);
        long before = 0;
        for (Entry each : left) {
          assertTrue(each.sequence() > before, "round " + round);
          before = each.sequence();
          assertEquals(body(before, BODY_BYTES), each.body());
        }
        assertEquals(0, queues.count("store.corrupt"), "round " + round);
      }
    }
  }
}
