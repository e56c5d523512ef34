package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /**
   * What is not as it was written.
   *
   * @param words the file, and which sequences are damaged or missing
   * @param from lowest sequence that it concerns
   * @param isLoss whether it concerns what was there and is not removed; what is torn at the end may not have been there yet
   */
  public record Fault(String words, long from, boolean isLoss) {
    @Override
    public String toString() {
      return words;
    }
  }

  private static final int ATTEMPTS = 3;

  private final Path dir;
  private final Path shelf;
  private final Disk disk = new OsDisk();
  private final Optional<StreamBook> streams;

  private Spool(Path dir) throws IOException {
    this.dir = dir;
    Path whole = dir.toAbsolutePath();
    this.shelf =
        MemoryRests.isOne(whole) ? whole.resolveSibling("schemas") : whole.resolve("schemas");
    this.streams = StreamBook.openToRead(disk, dir);
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

  /** The directory of a queue, and those of what is left of its runs in memory, by name. */
  public static List<Path> withRests(Path dir) throws IOException {
    List<Path> all = new ArrayList<>(List.of(dir));
    for (Path each : MemoryRests.below(dir)) {
      if (isSpool(each)) {
        all.add(each);
      }
    }
    return all;
  }

  private static List<Path> segments(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> SegmentFormat.firstOf(file.getFileName().toString()) > 0)
          .sorted()
          .toList();
    }
  }

  /**
   * What an entry belongs to.
   *
   * @param owner whose it is; nothing in a directory of before streams had names, or where the file that says it is damaged
   * @param place where it stands in its stream
   */
  public record Belonging(Optional<StreamOwner> owner, Place place) {}

  /** What the entry of a sequence belongs to. */
  public Belonging belonging(long sequence) {
    return streams
        .map(book -> new Belonging(
            Optional.of(book.holding(sequence).keeper().owner()), book.place(sequence)))
        .orElseGet(() -> new Belonging(
            Optional.empty(), new Place(StreamId.NONE, sequence, Keeper.USUAL_FORMAT)));
  }

  /** The stream that is written, or was last. */
  public StreamId stream() {
    return streams.map(book -> book.current().stream()).orElse(StreamId.NONE);
  }

  /** The highest sequence removed, as the cursor says; 0 if none. */
  public long removedThrough() throws IOException {
    return position().removedThrough();
  }

  private Cursor.Position position() throws IOException {
    try (Cursor cursor = Cursor.openToRead(disk, dir)) {
      return cursor.position();
    }
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
   * @param faults gets what is damaged or missing, before the next entry that is found
   * @throws IOException if a file cannot be read, or is of a version that this program does not know
   */
  public void read(Consumer<Entry> found, Consumer<Fault> faults) throws IOException {
    if (streams.isEmpty() && Files.exists(dir.resolve(StreamBook.NAME))) {
      faults.accept(
          new Fault(StreamBook.NAME + ": damaged; it says whose the entries are", 0, false));
    }
    new Walk(position(), found, faults).through(segments(dir));
  }

  private static long firstOf(Path path) {
    return SegmentFormat.firstOf(path.getFileName().toString());
  }

  /** One walk over all records. A hole is a fault where the count of reports written says that something was in it. */
  private final class Walk {
    private final Cursor.Position at;
    private final Consumer<Entry> found;
    private final Consumer<Fault> faults;

    // what comes next if nothing is missing, and the reports written before it
    private long next;
    private long reports;

    Walk(Cursor.Position at, Consumer<Entry> found, Consumer<Fault> faults) {
      this.at = at;
      this.found = found;
      this.faults = faults;
      this.next = at.removedThrough() + 1;
      this.reports = at.reportsRemoved();
    }

    void through(List<Path> files) throws IOException {
      for (int i = 0; i < files.size(); i++) {
        Path path = files.get(i);
        long below = i + 1 < files.size() ? firstOf(files.get(i + 1)) : Long.MAX_VALUE;
        try {
          segment(path, below);
        } catch (NoSuchFileException e) {
          // emptied and taken away by the agent meanwhile
          told(below);
        }
      }
    }

    /** What is missing below a sequence is told, or none. */
    private void told(long below) {
      next = Math.max(next, below);
      reports = Long.MAX_VALUE;
    }

    private void segment(Path path, long below) throws IOException {
      long expected = firstOf(path);
      Disk.File file = disk.openToRead(path);
      try (SegmentScan scan = new SegmentScan(file, file.sizeBytes())) {
        SegmentFormat header = SegmentFormat.read(file, path, expected);
        before(path, expected, header.reportsBefore());
        if (header.reportsBefore() < 0) {
          fault(path, "the header is damaged", expected, below - 1);
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
          for (StoredEntry each = scan.next(expected, below);
              each != null;
              each = scan.next(expected, below)) {
            long sequence = each.entry().sequence();
            if (scan.skipped()) {
              String range = expected + ".." + (sequence - 1);
              fault(path, "damaged: sequence=" + range, expected, sequence - 1);
            } else if (header.thinned().times() == 0) {
              before(path, sequence, each.reportsBefore());
            }
            found.accept(each.entry());
            expected = sequence + 1;
            next = Math.max(next, expected);
            reports = each.reportsThrough();
          }
          if (!scan.skipped()) {
            return;
          }
          // what looks torn at the end may just be being written
          scan.refresh(file.sizeBytes());
        }
        boolean isLast = below == Long.MAX_VALUE;
        String range = expected + ".." + (isLast ? "" : Long.toString(below - 1));
        // at the end, what the cursor does not know as durable may not have been there yet
        long through = isLast && expected > at.durableThrough() ? 0 : below - 1;
        fault(path, "damaged or torn: sequence=" + range, expected, through);
        told(below);
      }
    }

    /** Looks for what is missing before an entry or a file, before which so many reports were written; -1 if not known. */
    private void before(Path path, long first, long reportsBefore) throws IOException {
      if (first > next && reportsBefore > reports && removedThrough() < first - 1) {
        String range = next + ".." + (first - 1);
        fault(path, "missing before what is there: sequence=" + range, next, first - 1);
      }
      if (reportsBefore >= 0) {
        next = Math.max(next, first);
        reports = reportsBefore;
      }
    }

    /** A file that is gone by now was emptied and used again while it was read: that is no fault. */
    private void fault(Path path, String what, long from, long through) {
      if (Files.exists(path)) {
        boolean isLoss = through > at.removedThrough();
        faults.accept(new Fault(path.getFileName() + ": " + what, from, isLoss));
      }
    }
  }

  /** The schema of that id, if it is there and whole. */
  public Optional<Bytes> schema(Bytes id) {
    return new SchemaShelf(shelf).get(id);
  }

  /** What is wrong with the schema of that id, in a word: missing or damaged; nothing if nothing is. */
  public Optional<String> schemaFault(Bytes id) throws IOException {
    return new SchemaShelf(shelf).fault(id);
  }
}
