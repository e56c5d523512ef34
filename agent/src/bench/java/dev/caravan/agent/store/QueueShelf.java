package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The queue of this project. */
final class QueueShelf implements Shelf {
  private static final long MAX_BYTES = 64L << 30;

  private final Path dir;
  private final DiskQueue queue;

  QueueShelf(Path dir, long segmentBytes) throws IOException {
    this.dir = dir;
    StoreSettings settings = new StoreSettings(dir, MAX_BYTES, 0, 0, segmentBytes, 8 << 20);
    queue = DiskQueue.open(settings, "bench", Keepers.CLOUD, new SystemTimeline(), new Health());
  }

  @Override
  public String name() {
    return "caravan";
  }

  @Override
  public void append(byte[] record) {
    queue.append(1, Bytes.EMPTY, Bytes.of(record));
  }

  @Override
  public void commit() throws IOException {
    queue.sync();
  }

  @Override
  public long consume(int records) {
    List<Entry> head = queue.head(records, Long.MAX_VALUE, 0);
    if (head.isEmpty()) {
      return 0;
    }
    queue.remove(head.stream().map(Entry::sequence).toList());
    return head.stream().mapToLong(entry -> entry.body().length()).sum();
  }

  /** The walk over every record of every segment that also finds damage, both checksums compared. */
  @Override
  public long scrub() throws IOException {
    Disk disk = new OsDisk();
    long bytes = 0;
    for (String name : disk.names(dir)) {
      if (!name.endsWith(".seg")) {
        continue;
      }
      try (SegmentScan scan = scan(disk, dir.resolve(name))) {
        StoredEntry next = scan.next(1, Long.MAX_VALUE);
        while (next != null) {
          bytes += next.entry().body().length();
          next = scan.next(next.entry().sequence() + 1, Long.MAX_VALUE);
        }
      }
    }
    return bytes;
  }

  private static SegmentScan scan(Disk disk, Path path) throws IOException {
    Disk.File file = disk.openToRead(path);
    return new SegmentScan(file, file.sizeBytes());
  }

  @Override
  public void close() throws IOException {
    queue.close();
  }
}
