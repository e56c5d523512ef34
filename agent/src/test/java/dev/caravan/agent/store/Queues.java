package dev.caravan.agent.store;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of the queue share: small settings, a time and numbers to look at. */
final class Queues {
  static final long START_NS = 1_700_000_000_000_000_000L;
  static final long SECOND_NS = 1_000_000_000L;
  static final Bytes SCHEMA = Bytes.ofHex("a1b2c3d4");

  final FakeTimeline timeline = new FakeTimeline(START_NS);
  Health health = new Health();
  StoreSettings settings;

  Queues(Path dir) {
    settings = new StoreSettings(dir, 1 << 20, 0, SECOND_NS, 16 << 10, 64 << 10);
  }

  /** Opens the queue, with new counters. */
  DiskQueue open() throws IOException {
    return open(new OsDisk());
  }

  DiskQueue open(Disk disk) throws IOException {
    return open(disk, Keepers.CLOUD);
  }

  DiskQueue open(Disk disk, Keeper keeper) throws IOException {
    health = new Health();
    return DiskQueue.open(settings, "cloud", keeper, timeline, health, disk);
  }

  long count(String name) {
    return health.counter(Declared.count(name), "cloud").value();
  }

  static Bytes body(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A body of so many bytes that differ from sequence to sequence. */
  static Bytes body(long seed, int length) {
    byte[] content = new byte[length];
    new java.util.Random(seed).nextBytes(content);
    return Bytes.owning(content);
  }

  /** Everything that is left, removed on the way. */
  static List<Entry> drain(DiskQueue queue) {
    List<Entry> all = new ArrayList<>();
    for (List<Entry> some = queue.head(7, 1 << 20, 0);
        !some.isEmpty();
        some = queue.head(7, 1 << 20, 0)) {
      all.addAll(some);
      queue.remove(sequences(some));
    }
    return all;
  }

  static List<Long> sequences(List<Entry> entries) {
    return entries.stream().map(Entry::sequence).toList();
  }

  /** Ends a queue as kill -9 would: nothing more reaches the disk, and the lock goes. */
  static void kill(DiskQueue queue, FaultyDisk disk) {
    disk.cut();
    try {
      queue.close();
    } catch (IOException e) {
      // as it must: the last sync did not reach the disk
    }
  }
}
