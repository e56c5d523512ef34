package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails, tears and flips. */
class DiskQueueFaultTest {
  private static final int ENTRIES = 40;

  private final Queues queues;

  DiskQueueFaultTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
    queues.settings = new StoreSettings(dir.resolve("q"), 1 << 16, 0, SECOND_NS, 1 << 10, 64 << 10);
  }

  private static Bytes content(long sequence) {
    return body(sequence, 20 + (int) (sequence * 37 % 200));
  }

  /** Appends, hands out, removes, reopens; gives what was handed out, by sequence. */
  private Map<Long, Bytes> story(FaultyDisk disk) throws IOException {
    Map<Long, Bytes> handed = new TreeMap<>();
    DiskQueue queue = openSoon(disk);
    for (int i = 1; i <= ENTRIES; i++) {
      assertEquals(i, queue.append(1, SCHEMA, content(i)));
      queues.timeline.advanceNs(2 * SECOND_NS);
      if (i % 3 == 0) {
        take(queue, 2, handed);
      }
      if (i == ENTRIES / 2) {
        closeSoon(queue);
        queue = openSoon(disk);
      }
    }
    // several turns, as a place that cannot be read is given several chances
    for (int turn = 0; turn < 6; turn++) {
      queues.timeline.advanceNs(2 * SECOND_NS);
      while (take(queue, 5, handed)) {
        queues.timeline.advanceNs(SECOND_NS);
      }
    }
    assertEquals(0, queue.entries());
    closeSoon(queue);
    return handed;
  }

  private static boolean take(DiskQueue queue, int atMost, Map<Long, Bytes> handed) {
    List<Entry> some = queue.head(atMost, 1 << 20, 0);
    for (Entry each : some) {
      assertEquals(content(each.sequence()), each.body());
      handed.put(each.sequence(), each.body());
    }
    if (!some.isEmpty()) {
      queue.remove(Queues.sequences(some));
    }
    return !some.isEmpty();
  }

  private DiskQueue openSoon(FaultyDisk disk) throws IOException {
    try {
      return queues.open(disk);
    } catch (IOException e) {
      return queues.open(disk);
    }
  }

  /** Ends a queue in order; a sync that fails once is tried again, as the assembly does before it stops. */
  private static void closeSoon(DiskQueue queue) throws IOException {
    try {
      queue.sync();
    } catch (IOException e) {
      queue.sync();
    }
    try {
      queue.close();
    } catch (IOException e) {
      // the sync above had made all durable
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyDisk.Fault.class)
  void noSingleFailureOfAnyCallLosesAnEntry(FaultyDisk.Fault fault) throws IOException {
    assertTrue(failEveryCall(fault).times() > 150);
  }

  StoreFaults.Tally failEveryCall(FaultyDisk.Fault fault) throws IOException {
    StoreFaults.Sum sum = new StoreFaults.Sum();
    long failed = 0;
    boolean reached = true;
    while (reached) {
      failed++;
      long number = failed;
      FaultyDisk disk = new FaultyDisk(new PowerCutDisk());
      disk.failWhen(call -> call == number, fault);
      Map<Long, Bytes> handed = story(disk);
      assertEquals(
          LongStream.rangeClosed(1, ENTRIES).boxed().toList(),
          new ArrayList<>(handed.keySet()),
          "call " + number + " failed");
      assertEquals(0, queues.count("store.evicted"), "call " + number);
      assertEquals(0, queues.count("store.corrupt"), "call " + number);
      reached = disk.calls() >= number;
      sum.add(handed.size(), 0, 0);
    }
    return sum.tally("store: n-th call of the disk fails, " + fault);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 9})
  void aDiskThatFailsForAWhileLosesNothing(int length) throws IOException {
    long calls = 1;
    for (long first = 8; first <= calls; first++) {
      long from = first;
      FaultyDisk disk = new FaultyDisk(new PowerCutDisk());
      DiskQueue queue = queues.open(disk);
      disk.failWhen(call -> call >= from && call < from + length, FaultyDisk.Fault.TORN);
      Map<Long, Bytes> handed = new TreeMap<>();
      for (int i = 1; i <= ENTRIES; i++) {
        queue.append(1, SCHEMA, content(i));
        queues.timeline.advanceNs(2 * SECOND_NS);
        // no reads: what cannot be read for long is given up, and that is another story
        if (i % 4 == 0) {
          trySync(queue);
        }
      }
      for (int i = 0; i < 10; i++) {
        trySync(queue);
      }
      while (take(queue, 5, handed)) {
        queues.timeline.advanceNs(SECOND_NS);
      }
      calls = disk.calls();
      assertEquals(ENTRIES, handed.size(), "calls " + from + ".. failed");
      assertEquals(0, queues.count("store.corrupt"));
      queue.close();
    }
  }

  private static void trySync(DiskQueue queue) {
    try {
      queue.sync();
    } catch (IOException e) {
      // as the test wants
    }
  }

  @Test
  void whatTheDiskDoesNotTakeIsHeldAndWrittenLaterInItsOrder() throws IOException {
    FaultyDisk disk = new FaultyDisk(new PowerCutDisk());
    DiskQueue queue = queues.open(disk);
    queue.append(1, SCHEMA, content(1));
    disk.failWhen(call -> true, FaultyDisk.Fault.ERROR);
    for (int i = 2; i <= 10; i++) {
      assertEquals(i, queue.append(1, SCHEMA, content(i)));
    }
    Part part = queues.health.part("store", "cloud");
    assertEquals(Part.State.DEGRADED, part.state());
    assertEquals(List.of(), queue.head(9, 1 << 20, 0), "nothing leaves before it is durable");
    assertEquals(10, queue.entries());
    disk.failWhen(call -> false, FaultyDisk.Fault.ERROR);
    queues.timeline.advanceNs(2 * SECOND_NS);
    assertEquals(11, queue.append(1, SCHEMA, content(11)));
    assertEquals(LongStream.rangeClosed(1, 11).boxed().toList(), sequences(drain(queue)));
    assertEquals(Part.State.OK, part.state());
    assertEquals(0, queues.count("store.evicted"));
    queue.close();
  }

  @Test
  void beyondItsMemoryTheOldestHeldGoAndAreCounted() throws IOException {
    FaultyDisk disk = new FaultyDisk(new PowerCutDisk());
    DiskQueue queue = queues.open(disk);
    queue.append(1, SCHEMA, content(1));
    queue.sync();
    disk.failWhen(call -> true, FaultyDisk.Fault.ERROR);
    for (int i = 2; i <= 300; i++) {
      queue.append(3, SCHEMA, body(i, 1000));
    }
    long evicted = queues.count("store.evicted_batches");
    assertTrue(evicted > 200 && evicted < 299, "held: " + (299 - evicted));
    assertEquals(3 * evicted, queues.count("store.evicted"));
    disk.failWhen(call -> false, FaultyDisk.Fault.ERROR);
    List<Long> left = new ArrayList<>(sequences(drain(queue)));
    assertEquals(1, left.remove(0));
    assertEquals(LongStream.rangeClosed(evicted + 2, 300).boxed().toList(), left);
    assertEquals(0, queues.count("store.corrupt"), "what was dropped is not counted twice");
    queue.close();
  }

  @Test
  void afterAFailedForceTheFileIsNotForcedAgain() throws IOException {
    PowerCutDisk memory = new PowerCutDisk();
    FaultyDisk disk = new FaultyDisk(memory);
    DiskQueue queue = queues.open(disk);
    for (int i = 1; i <= 3; i++) {
      queue.append(1, SCHEMA, content(i));
    }
    long next = disk.calls() + 2; // the names first, then the segment
    disk.failWhen(call -> call == next, FaultyDisk.Fault.ERROR);
    assertEquals(List.of(1L, 2L, 3L), sequences(queue.head(9, 1 << 20, 0)));
    assertEquals(1, queues.count("store.failures"));
    // had the same file been forced again, nothing of it would be on the disk
    memory.cutPower(new java.util.Random(1));
    Queues.kill(queue, disk);
    try (DiskQueue again = queues.open(memory)) {
      assertEquals(List.of(1L, 2L, 3L), sequences(drain(again)));
    }
  }

  @Test
  void anAppendDoesNotWaitForASync() throws Exception {
    var forcing = new java.util.concurrent.CountDownLatch(1);
    var goOn = new java.util.concurrent.CountDownLatch(1);
    Disk slow = new SlowForceDisk(new PowerCutDisk(), forcing, goOn);
    try (DiskQueue queue = queues.open(slow)) {
      queue.append(1, SCHEMA, content(1));
      var taken = new java.util.concurrent.FutureTask<>(() -> queue.head(9, 1 << 20, 0));
      Thread courier = new Thread(taken, "courier");
      courier.start();
      forcing.await();
      for (int i = 2; i <= 200; i++) {
        queue.append(1, SCHEMA, content(i));
      }
      assertFalse(taken.isDone(), "the sync still runs");
      goOn.countDown();
      assertEquals(List.of(1L), sequences(taken.get()), "the others came after the sync began");
      courier.join();
    }
  }

  /** Forces of segments wait until the test says so. */
  private record SlowForceDisk(
      Disk disk,
      java.util.concurrent.CountDownLatch forcing,
      java.util.concurrent.CountDownLatch goOn)
      implements Disk {
    @Override
    public File open(Path path) throws IOException {
      File file = disk.open(path);
      return path.toString().endsWith(".seg") ? new SlowFile(file) : file;
    }

    private final class SlowFile implements File {
      private final File file;

      SlowFile(File file) {
        this.file = file;
      }

      @Override
      public int write(java.nio.ByteBuffer from, long at) throws IOException {
        return file.write(from, at);
      }

      @Override
      public int read(java.nio.ByteBuffer into, long at) throws IOException {
        return file.read(into, at);
      }

      @Override
      public void force() throws IOException {
        forcing.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        file.force();
      }

      @Override
      public long sizeBytes() throws IOException {
        return file.sizeBytes();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    }

    @Override
    public File openToRead(Path path) throws IOException {
      return disk.openToRead(path);
    }

    @Override
    public List<String> names(Path dir) throws IOException {
      return disk.names(dir);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      disk.delete(path);
    }

    @Override
    public void forceNames(Path dir) throws IOException {
      disk.forceNames(dir);
    }
  }
}
