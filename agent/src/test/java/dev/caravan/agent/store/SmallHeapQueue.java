package dev.caravan.agent.store;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import java.nio.file.Path;
import java.util.List;

/** A queue with segments of twice the heap, which fills until it thins and is killed, or is emptied. */
final class SmallHeapQueue {
  static final int SEGMENT_BYTES = 64 << 20;
  private static final int BODY_BYTES = 16 << 10;

  private SmallHeapQueue() {}

  /** Takes the directory and the size of a segment; fills an empty queue and dies, else empties it and says how many there were. */
  public static void main(String[] args) throws Exception {
    int segmentBytes = Integer.parseInt(args[1]);
    StoreSettings settings = new StoreSettings(
            Path.of(args[0]), 4L * SEGMENT_BYTES, 0, StoreSettings.NO_SYNC, segmentBytes, 1 << 20)
        .with(WhenFull.THIN);
    Health health = new Health();
    DiskQueue queue =
        DiskQueue.open(settings, "cloud", Keepers.CLOUD, new SystemTimeline(), health);
    if (queue.entries() == 0) {
      for (long i = 1; i * BODY_BYTES < 5L * SEGMENT_BYTES; i++) {
        queue.append(1, Queues.SCHEMA, Queues.body(i, BODY_BYTES));
        queue.idle(0);
      }
      Runtime.getRuntime().halt(137);
    }
    long through = queue.newest().orElseThrow().sequence();
    long drained = 0;
    for (List<Entry> some = queue.head(64, 1 << 20, 0);
        !some.isEmpty();
        some = queue.head(64, 1 << 20, 0)) {
      drained += some.size();
      queue.remove(Queues.sequences(some));
    }
    queue.close();
    long lost = queue.lostBefore().entriesEvicted()
        + health.counter(Declared.count("store.evicted_batches"), "cloud").value()
        + health.counter(Declared.count("store.corrupt"), "cloud").value();
    System.out.println(drained + " " + (through - drained - lost));
  }
}
