package dev.caravan.agent.store;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The process that {@link DiskQueueKillIT} kills: uses a queue and says on its output what is promised by now; a line
 * without a dot at its end is not whole.
 */
final class KilledQueue {
  private KilledQueue() {}

  /** The body that belongs to a sequence. */
  static dev.caravan.agent.bytes.Bytes content(long sequence) {
    return Queues.body(sequence, 50 + (int) (sequence * 7919 % 3000));
  }

  /** Takes the directory and a seed; runs until it is killed. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(
        new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.US_ASCII);
    Queues queues = new Queues(Path.of(args[0]));
    Random random = new Random(Long.parseLong(args[1]));
    DiskQueue queue = queues.open();
    long next = queue.newest().map(Entry::sequence).orElse(0L) + 1;
    while (true) {
      if (random.nextInt(3) > 0) {
        long sequence = queue.append(1, Queues.SCHEMA, content(next));
        if (sequence != next) {
          throw new IllegalStateException("sequence=" + sequence + ", wanted " + next);
        }
        out.println("appended " + next + ".");
        next++;
      } else {
        List<Entry> head = queue.head(1 + random.nextInt(12), 1 << 20, 0);
        if (!head.isEmpty() && random.nextBoolean()) {
          long through = head.get(head.size() - 1).sequence();
          out.println("removing " + through + ".");
          queue.remove(Queues.sequences(head));
        }
      }
    }
  }
}
