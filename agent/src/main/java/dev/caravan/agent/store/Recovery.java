package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a directory tells when a queue is opened. The newest segment that holds a record is read whole, of the others
 * the header alone.
 *
 * <p>A record whose end is missing is cut off. If enough of it is there to see that it was begun, its sequence is not
 * used again: the record may have been whole and sent before it was damaged.
 */
final class Recovery {
  private final Disk disk;
  private final Segments segments;

  /** The entry appended last, if it can be read. */
  @Nullable
  StoredEntry newest;

  /** The segment to go on in, if the newest ends cleanly and has room. */
  @Nullable
  Segment active;

  /** The sequence of the next entry. */
  long next = 1;

  /** Reports in all entries ever written, as far as it is known. */
  long reports;

  Recovery(Disk disk, Segments segments) {
    this.disk = disk;
    this.segments = segments;
  }

  /** Reads a directory; {@code at} is where its cursor stands. */
  void read(Cursor.Position at) throws IOException {
    List<Long> firsts = tidy();
    next = Math.max(at.removedThrough(), at.durableThrough()) + 1;
    reports = Math.max(at.reportsRemoved(), at.reportsDurable());
    boolean deleted = false;
    for (int i = firsts.size() - 1; i >= 0; i--) {
      long first = firsts.get(i);
      next = Math.max(next, first);
      Path path = segments.dir.resolve(SegmentFormat.name(first));
      long below = i + 1 < firsts.size() ? firsts.get(i + 1) : Long.MAX_VALUE;
      Disk.File file = disk.openToRead(path);
      try (file) {
        Segment segment =
            new Segment(path, SegmentFormat.read(file, path, first), file.sizeBytes());
        segment.sealed = true;
        segment.dirty = true;
        segment.endBytes = segment.capacityBytes;
        segment.last = below - 1;
        if (newest != null || scan(segment, file, below)) {
          segments.add(segment);
        } else if (first <= at.durableThrough()) {
          // it held entries that were durable
          segment.hollow = true;
          segment.last = Math.max(first, Math.min(below - 1, at.durableThrough()));
          segments.add(segment);
        } else {
          disk.delete(path);
          deleted = true;
        }
      } catch (IOException e) {
        boolean isTold = String.valueOf(e.getMessage()).contains(path.toString());
        throw isTold ? e : new IOException("read " + path + ": " + Words.reason(e), e);
      }
    }
    if (deleted) {
      // before anything is appended: a name that came back would end the segment before it
      disk.forceNames(segments.dir);
    }
  }

  /** Deletes what was being made when the queue ended; gives the first sequences of the segments, rising. */
  private List<Long> tidy() throws IOException {
    List<String> names = disk.names(segments.dir);
    for (String name : names) {
      if (name.endsWith(SegmentFormat.SPARE) || name.endsWith(SegmentFormat.PART)) {
        // A spare may hold entries that a power cut has undone; it is not worth telling which.
        disk.delete(segments.dir.resolve(name));
      }
    }
    return names.stream()
        .map(SegmentFormat::firstOf)
        .filter(first -> first > 0)
        .sorted()
        .toList();
  }

  /** Reads a segment whole; false if no record was ever begun in it. */
  private boolean scan(Segment segment, Disk.File file, long below) throws IOException {
    SegmentScan scan = new SegmentScan(file, segment.capacityBytes);
    Set<Bytes> schemas = new HashSet<>();
    long expected = segment.first;
    boolean clean = segment.reportsBefore >= 0;
    StoredEntry last = null;
    reports = Math.max(reports, segment.reportsBefore);
    for (StoredEntry each = scan.next(expected, below);
        each != null;
        each = scan.next(expected, below)) {
      clean &= !scan.skipped();
      last = each;
      expected = each.entry().sequence() + 1;
      schemas.add(each.entry().schemaId());
    }
    long torn = scan.tornSequence(expected);
    if (last == null && torn == 0) {
      return false;
    }
    segment.schemas = schemas;
    segment.hollow = last == null;
    segment.last = Math.max(expected - 1, torn);
    next = Math.max(next, segment.last + 1);
    if (last != null) {
      newest = last;
      reports = Math.max(reports, last.reportsThrough());
    }
    if (clean && torn == 0 && segments.oldest() == null) {
      segment.sealed = false;
      segment.endBytes = scan.position();
      segment.file = disk.open(segment.path);
      active = segment;
    }
    return true;
  }
}
