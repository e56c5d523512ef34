package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What lies in the directory of a queue, without the queue. Reads only, takes no lock, and may be used while an agent
 * uses the directory: what the agent writes or removes meanwhile is seen or not.
 *
 * <p>One thread.
 */
public final class Spool {
  /**
   * The sum of a spool.
   *
   * @param removedThrough highest sequence removed, as the cursor says; 0 if none
   * @param entries how many entries are left that can be read
   * @param first lowest sequence of them; 0 if there is none
   * @param last highest sequence of them; 0 if there is none
   * @param oldestNs when the first was stored, epoch nanoseconds UTC
   * @param newestNs when the last was stored, epoch nanoseconds UTC
   * @param bodyBytes length of their bodies
   * @param fileBytes length of all files, spares among them
   * @param schemas how many schemas lie beside them
   */
  public record Summary(
      long removedThrough,
      long entries,
      long first,
      long last,
      long oldestNs,
      long newestNs,
      long bodyBytes,
      long fileBytes,
      long schemas) {}

  private static final int ATTEMPTS = 3;

  private final Path dir;
  private final Disk disk = new OsDisk();

  private Spool(Path dir) {
    this.dir = dir;
  }

  /**
   * The spool of a directory.
   *
   * @throws IOException if it is no directory, or not one of a queue
   */
  public static Spool of(Path dir) throws IOException {
    if (!Files.isDirectory(dir)) {
      throw new NotDirectoryException(dir.toString());
    }
    if (!isSpool(dir)) {
      throw new IOException(
          "read " + dir + ": no cursor and no segment; want the directory of a route's store");
    }
    return new Spool(dir);
  }

  /** Whether a directory holds files of a queue. */
  public static boolean isSpool(Path dir) throws IOException {
    return Files.exists(Cursor.path(dir)) || !segments(dir).isEmpty();
  }

  private static List<Path> segments(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> SegmentFormat.firstOf(file.getFileName().toString()) > 0)
          .sorted()
          .toList();
    }
  }

  /** The highest sequence removed, as the cursor says; 0 if none. */
  public long removedThrough() throws IOException {
    try (Cursor cursor = Cursor.openToRead(disk, dir)) {
      return cursor.position().removedThrough();
    }
  }

  /** The lowest sequence that is not removed, and should be there; for a queue without segments the one that comes next. */
  public long begins() throws IOException {
    List<Path> files = segments(dir);
    return Math.max(removedThrough() + 1, files.isEmpty() ? 1 : firstOf(files.get(0)));
  }

  /** Sums up the entries that are left. */
  public Summary summary() throws IOException {
    long removed = removedThrough();
    long[] sums = new long[6];
    read(
        entry -> {
          if (entry.sequence() > removed) {
            if (sums[0]++ == 0) {
              sums[1] = entry.sequence();
              sums[3] = entry.timeNs();
            }
            sums[2] = entry.sequence();
            sums[4] = entry.timeNs();
            sums[5] += entry.body().length();
          }
        },
        fault -> {});
    long schemas = 0;
    Path shelf = dir.resolve("schemas");
    if (Files.isDirectory(shelf)) {
      try (Stream<Path> files = Files.list(shelf)) {
        schemas =
            files.filter(file -> !file.toString().endsWith(SegmentFormat.PART)).count();
      }
    }
    return new Summary(
        removed, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], fileBytes(), schemas);
  }

  private long fileBytes() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      long sum = 0;
      for (Path each : files.toList()) {
        try {
          sum += Files.isRegularFile(each) ? Files.size(each) : 0;
        } catch (NoSuchFileException e) {
          // taken away by the agent meanwhile
        }
      }
      return sum;
    }
  }

  /**
   * Reads every record, removed ones too as long as they are there, oldest first.
   *
   * @param found gets each whole entry
   * @param faults gets what is damaged, in words: the file, and which sequences are missing
   * @throws IOException if a file cannot be read, or is of a version that this program does not know
   */
  public void read(Consumer<Entry> found, Consumer<String> faults) throws IOException {
    List<Path> files = segments(dir);
    for (int i = 0; i < files.size(); i++) {
      Path path = files.get(i);
      long below = i + 1 < files.size() ? firstOf(files.get(i + 1)) : Long.MAX_VALUE;
      try {
        readSegment(path, below, found, faults);
      } catch (NoSuchFileException e) {
        // emptied and taken away by the agent meanwhile
      }
    }
  }

  private static long firstOf(Path path) {
    return SegmentFormat.firstOf(path.getFileName().toString());
  }

  private void readSegment(Path path, long below, Consumer<Entry> found, Consumer<String> faults)
      throws IOException {
    long expected = firstOf(path);
    Disk.File file = disk.openToRead(path);
    try (SegmentScan scan = new SegmentScan(file, file.sizeBytes())) {
      SegmentFormat header = SegmentFormat.read(file, path, expected);
      if (header.reportsBefore() < 0) {
        fault(path, "the header is damaged", faults);
      }
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        for (StoredEntry each = scan.next(expected, below);
            each != null;
            each = scan.next(expected, below)) {
          long sequence = each.entry().sequence();
          if (scan.skipped()) {
            fault(path, "damaged: sequence=" + expected + ".." + (sequence - 1), faults);
          }
          found.accept(each.entry());
          expected = sequence + 1;
        }
        if (!scan.skipped()) {
          return;
        }
        // what looks torn at the end may just be being written
        scan.refresh(file.sizeBytes());
      }
      String through = below == Long.MAX_VALUE ? "" : Long.toString(below - 1);
      fault(path, "damaged or torn: sequence=" + expected + ".." + through, faults);
    }
  }

  /** A file that is gone by now was emptied and used again while it was read: that is no fault. */
  private static void fault(Path path, String what, Consumer<String> faults) {
    if (Files.exists(path)) {
      faults.accept(path.getFileName() + ": " + what);
    }
  }

  /** The schema of that id, if it is there and whole. */
  public Optional<Bytes> schema(Bytes id) {
    return new SchemaShelf(dir.resolve("schemas")).get(id);
  }

  /** What is wrong with the schema of that id, in a word: missing or damaged; nothing if nothing is. */
  public Optional<String> schemaFault(Bytes id) throws IOException {
    return new SchemaShelf(dir.resolve("schemas")).fault(id);
  }
}
