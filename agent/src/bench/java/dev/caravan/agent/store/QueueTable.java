package dev.caravan.agent.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Prints what a durable record costs in the disk queue, in H2's MVStore and in SQLite, in turns within one run, and how
 * long a store that is full takes to open and to read.
 *
 * <p>Each record is made durable by itself; after every {@value #TAKEN} the oldest {@value #TAKEN} are read and removed, as
 * a courier does, so that what is used again is used again. {@link WrittenBytes} says what is counted as written.
 */
public final class QueueTable {
  private static final long SEED = 20_261_123;
  private static final int TAKEN = 64;
  private static final int KEPT = 256;
  private static final int ROUNDS = 5;
  private static final int STORED_RECORD = 4096;
  private static final long SEGMENT_BYTES = 4 << 20;
  private static final long WARM_BYTES = 24 << 20;
  private static final double MIB = 1 << 20;

  private final PrintStream out;
  private final Path dir;
  private final int commits;
  private final long storedBytes;

  private QueueTable(PrintStream out, Path dir, int commits, long storedBytes) {
    this.out = out;
    this.dir = dir;
    this.commits = commits;
    this.storedBytes = storedBytes;
  }

  /**
   * Takes {@code --dir DIR}, default the working directory, which should be on a disk; {@code --commits N} a size and
   * store, default 5000; {@code --stored MIB}, default 256.
   */
  public static void main(String[] args) throws IOException {
    Path parent = Path.of("").toAbsolutePath();
    int commits = 5000;
    int stored = 256;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--dir" -> parent = Path.of(args[i + 1]);
        case "--commits" -> commits = Integer.parseInt(args[i + 1]);
        case "--stored" -> stored = Integer.parseInt(args[i + 1]);
        default ->
          throw new IllegalArgumentException(args[i] + "; want --dir, --commits or --stored");
      }
    }
    Path dir = Files.createTempDirectory(parent, "queue-table-");
    try {
      QueueTable table = new QueueTable(System.out, dir, commits, (long) stored << 20);
      table.printCommits();
      table.printStored();
    } finally {
      delete(dir);
    }
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> below = Files.walk(dir)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private interface Opening {
    Shelf open(Path dir) throws IOException;
  }

  private static List<Opening> openings(long segmentBytes) {
    return List.of(dir -> new QueueShelf(dir, segmentBytes), MvStoreShelf::new, SqliteShelf::new);
  }

  // a sync for each record

  /** One store and what it took over all rounds. */
  private static final class Lane {
    final Shelf shelf;
    long spentNs;
    WrittenBytes written = new WrittenBytes(0, 0);

    Lane(Shelf shelf) {
      this.shelf = shelf;
    }
  }

  private void printCommits() throws IOException {
    out.printf(
        "%-10s %-16s %10s %10s %12s %12s%n",
        "record", "store", "commits/s", "caravan/it", "process B/B", "device B/B");
    for (int bytes : new int[] {400, 4096, 32_768}) {
      List<Lane> lanes = new ArrayList<>();
      int each = 0;
      for (Opening opening : openings(SEGMENT_BYTES)) {
        Path home = Files.createDirectory(dir.resolve("commits-" + bytes + "-" + each++));
        lanes.add(new Lane(opening.open(home)));
      }
      for (Lane lane : lanes) {
        warm(lane.shelf, bytes);
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Lane lane : lanes) {
          commit(lane, bytes, round);
        }
      }
      for (Lane lane : lanes) {
        lane.shelf.close();
        row(lane, lanes.get(0), bytes);
      }
    }
  }

  /** Through enough of its files that from now on they are used again. */
  private static void warm(Shelf shelf, int bytes) throws IOException {
    Random random = new Random(SEED);
    byte[] record = new byte[bytes];
    for (long done = 0, i = 0; done < WARM_BYTES; done += bytes) {
      random.nextBytes(record);
      shelf.append(record);
      if (++i % TAKEN == 0) {
        shelf.commit();
        if (i > KEPT) {
          shelf.consume(TAKEN);
        }
      }
    }
    shelf.commit();
  }

  private void commit(Lane lane, int bytes, int round) throws IOException {
    byte[][] records = records(bytes, SEED + round);
    WrittenBytes before = WrittenBytes.at(dir);
    long startNs = System.nanoTime();
    for (int i = 1; i <= commits / ROUNDS; i++) {
      lane.shelf.append(records[i % TAKEN]);
      lane.shelf.commit();
      if (i % TAKEN == 0) {
        lane.shelf.consume(TAKEN);
      }
    }
    lane.spentNs += System.nanoTime() - startNs;
    lane.written = lane.written.plus(WrittenBytes.at(dir).since(before));
  }

  /** Made before the time is taken. */
  private static byte[][] records(int bytes, long seed) {
    Random random = new Random(seed);
    byte[][] records = new byte[TAKEN][bytes];
    for (byte[] record : records) {
      random.nextBytes(record);
    }
    return records;
  }

  private void row(Lane lane, Lane own, int bytes) {
    long done = commits / ROUNDS * ROUNDS;
    double payload = (double) done * bytes;
    out.printf(
        Locale.ROOT,
        "%-10d %-16s %10.0f %10.2f %12.2f %12.2f%n",
        bytes,
        lane.shelf.name(),
        done * 1e9 / lane.spentNs,
        (double) lane.spentNs / own.spentNs,
        lane.written.process() / payload,
        lane.written.device() / payload);
  }

  // a store that is full

  private void printStored() throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%-16s %10s %14s %14s %12s   (%.0f MiB in records of %d B; median of %d; in the page cache)%n",
        "store",
        "open ms",
        "first read ms",
        "scrub MB/s",
        "drain MB/s",
        storedBytes / MIB,
        STORED_RECORD,
        ROUNDS);
    int each = 0;
    // the segments of a queue of this size by its own rule
    for (Opening opening : openings(StoreSettings.segmentBytes(storedBytes * 2))) {
      Path home = Files.createDirectory(dir.resolve("stored-" + each++));
      try (Shelf shelf = opening.open(home)) {
        fill(shelf);
      }
      printStored(opening, home);
      delete(home);
    }
  }

  private void fill(Shelf shelf) throws IOException {
    Random random = new Random(SEED);
    byte[] record = new byte[STORED_RECORD];
    for (long done = 0, i = 0; done < storedBytes; done += STORED_RECORD) {
      random.nextBytes(record);
      shelf.append(record);
      if (++i % 1024 == 0) {
        shelf.commit();
      }
    }
    shelf.commit();
  }

  private void printStored(Opening opening, Path home) throws IOException {
    List<Double> opens = new ArrayList<>();
    List<Double> reads = new ArrayList<>();
    List<Double> scrubs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long startNs = System.nanoTime();
      try (Shelf shelf = opening.open(home)) {
        opens.add((System.nanoTime() - startNs) / 1e6);
        shelf.consume(1);
        reads.add((System.nanoTime() - startNs) / 1e6);
        startNs = System.nanoTime();
        long bytes = shelf.scrub();
        scrubs.add(bytes * 1e3 / (System.nanoTime() - startNs));
      }
    }
    try (Shelf shelf = opening.open(home)) {
      long startNs = System.nanoTime();
      long bytes = 0;
      for (long some = shelf.consume(TAKEN); some > 0; some = shelf.consume(TAKEN)) {
        bytes += some;
      }
      out.printf(
          Locale.ROOT,
          "%-16s %10.1f %14.1f %14.0f %12.0f%n",
          shelf.name(),
          median(opens),
          median(reads),
          median(scrubs),
          bytes * 1e3 / (System.nanoTime() - startNs));
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
