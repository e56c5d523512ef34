package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
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

/** Random lives of a small queue that evicts: whatever ends them, what is missing in the end was counted as lost. */
class DiskQueueLostTest {
  private static final int SEEDS = Integer.getInteger("caravan.store.seeds", 60);
  private static final int LIVES = 12;

  private final Queues queues;

  /** What came out, and was not refused. */
  private final TreeSet<Long> taken = new TreeSet<>();

  private long newest;

  DiskQueueLostTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
    queues.settings =
        new StoreSettings(queues.settings.dir(), 64 << 10, 0, SECOND_NS, 4096, 64 << 10);
  }

  private enum End {
    CLOSED,
    KILLED
  }

  private void live(DiskQueue queue, Random random) {
    int steps = random.nextInt(80);
    for (int i = 0; i < steps; i++) {
      int appended = random.nextInt(6);
      for (int j = 0; j < appended; j++) {
        queue.append(2, SCHEMA, body(j, 1024));
      }
      queues.timeline.advanceNs(SECOND_NS);
      queue.idle(0);
      if (random.nextInt(3) == 0) {
        List<Entry> head = queue.head(1 + random.nextInt(4), 1 << 20, 0);
        boolean appendsMeanwhile = random.nextBoolean();
        for (int j = 0; appendsMeanwhile && j < 40; j++) {
          queue.append(2, SCHEMA, body(j, 1024));
          queues.timeline.advanceNs(SECOND_NS);
        }
        if (random.nextInt(4) > 0) {
          deliver(queue, head, random);
        }
      }
    }
  }

  private void deliver(DiskQueue queue, List<Entry> head, Random random) {
    boolean refused = random.nextInt(5) == 0;
    if (refused) {
      queue.rejected(head.size(), 2L * head.size());
    } else {
      taken.addAll(sequences(head));
    }
    queue.remove(sequences(head));
  }

  private void assertNamed(Lost lost, End last, long seed) {
    long missing = newest - taken.headSet(newest, true).size();
    long named = lost.entriesEvicted() + lost.entriesRejected();
    assertTrue(
        named >= missing,
        () -> "seed " + seed + ", " + last + ": missing " + missing + ", named " + named);
  }

  @Test
  void whatIsMissingIsNamedWhateverEndsALife() throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      PowerCutDisk memory = new PowerCutDisk();
      taken.clear();
      End end = End.CLOSED;
      for (int life = 0; life < LIVES; life++) {
        FaultyDisk disk = new FaultyDisk(memory);
        DiskQueue queue = queues.open(disk);
        live(queue, random);
        end = End.values()[random.nextInt(2)];
        switch (end) {
          case CLOSED -> queue.close();
          case KILLED -> Queues.kill(queue, disk);
        }
      }
      try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
        Lost before = queue.lostBefore();
        newest = queue.newest().map(Entry::sequence).orElse(0L);
        taken.addAll(sequences(Queues.drain(queue)));
        assertEquals(0, queues.count("store.evicted_batches"), "seed " + seed);
        assertEquals(0, queues.count("store.corrupt"), "seed " + seed);
        assertNamed(before, end, seed);
      }
    }
  }

  @Test
  void withoutSlowDeliveriesNothingIsNamedTwice() throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      PowerCutDisk memory = new PowerCutDisk();
      taken.clear();
      for (int life = 0; life < LIVES; life++) {
        FaultyDisk disk = new FaultyDisk(memory);
        DiskQueue queue = queues.open(disk);
        for (int i = random.nextInt(120); i > 0; i--) {
          queue.append(2, SCHEMA, body(i, 1024));
          queues.timeline.advanceNs(SECOND_NS);
          queue.idle(0);
          if (random.nextInt(9) == 0) {
            deliver(queue, queue.head(3, 1 << 20, 0), random);
          }
        }
        if (random.nextBoolean()) {
          queue.close();
        } else {
          Queues.kill(queue, disk);
        }
      }
      try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
        Lost lost = queue.lostBefore();
        newest = queue.newest().map(Entry::sequence).orElse(0L);
        taken.addAll(sequences(Queues.drain(queue)));
        long missing = newest - taken.headSet(newest, true).size();
        assertEquals(missing, lost.entriesEvicted() + lost.entriesRejected(), "seed " + seed);
        assertEquals(2 * missing, lost.reportsEvicted() + lost.reportsRejected(), "seed " + seed);
      }
    }
  }
}
