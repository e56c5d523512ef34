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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random lives of a small queue that evicts: whatever ends them, what is missing in the end was counted as lost. */
class DiskQueueLostTest {
  private static final int SEEDS = Integer.getInteger("caravan.store.seeds", 60);
  private static final int LIVES = 12;

  private final Queues queues;

  /** What came out, and was not refused. */
  private final TreeSet<Long> taken = new TreeSet<>();

  DiskQueueLostTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
    queues.settings =
        new StoreSettings(queues.settings.dir(), 64 << 10, 0, SECOND_NS, 4096, 64 << 10);
  }

  private enum End {
    CLOSED,
    KILLED,
    POWER_CUT
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
      head.forEach(each -> queue.undelivered(each.sequence(), new Lost(0, 0, 1, 2)));
    } else {
      taken.addAll(sequences(head));
    }
    queue.remove(sequences(head));
  }

  private static void end(End end, DiskQueue queue, FaultyDisk disk) throws IOException {
    if (end == End.CLOSED) {
      try {
        queue.close();
      } catch (IOException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("held in memory"), e::toString);
      }
    } else {
      Queues.kill(queue, disk);
    }
  }

  @ParameterizedTest
  @EnumSource(WhenFull.class)
  void whatIsMissingIsNamedWhateverEndsALife(WhenFull whenFull) throws IOException {
    queues.settings = queues.settings.with(whenFull);
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      PowerCutDisk memory = new PowerCutDisk();
      taken.clear();
      for (int life = random.nextInt(LIVES); life >= 0; life--) {
        FaultyDisk disk = new FaultyDisk(memory);
        DiskQueue queue = queues.open(disk);
        live(queue, random);
        End end = End.values()[random.nextInt(End.values().length)];
        end(end, queue, disk);
        if (end == End.POWER_CUT) {
          memory.cutPower(random);
        }
      }
      try (DiskQueue queue = queues.open(new FaultyDisk(memory))) {
        Lost before = queue.lostBefore();
        taken.addAll(sequences(Queues.drain(queue)));
        long next = queue.append(2, SCHEMA, body(0, 1024));
        long missing = next - 1 - taken.headSet(next).size();
        long named = before.entriesEvicted()
            + before.entriesRejected()
            + queues.count("store.evicted_batches")
            + queues.count("store.corrupt");
        String where = "seed " + seed + ": missing " + missing + ", named " + named;
        assertTrue(named >= missing, where);
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
        long newest = queue.newest().map(Entry::sequence).orElse(0L);
        taken.addAll(sequences(Queues.drain(queue)));
        long missing = newest - taken.headSet(newest, true).size();
        assertEquals(missing, lost.entriesEvicted() + lost.entriesRejected(), "seed " + seed);
        assertEquals(2 * missing, lost.reportsEvicted() + lost.reportsRejected(), "seed " + seed);
      }
    }
  }
}
