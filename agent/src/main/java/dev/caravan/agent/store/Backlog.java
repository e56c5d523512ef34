package dev.caravan.agent.store;

import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads entries back from the segments in their order, and names the holes where entries are damaged.
 *
 * <p>The courier's thread uses it; it takes the queue's lock only to see which segments there are.
 */
final class Backlog {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private final Disk disk;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Removal removal;

  // where entries are missing of which it is not known whether they were counted
  private final long untoldFrom;
  private final long untoldThrough;

  // while one segment is read
  private @Nullable Segment segment;
  private @Nullable SegmentScan scan;
  private long expected;
  private long reports;

  // where to go back to if entries are asked for again
  private long markSequence;
  private long markPosition;
  private long markReports;

  /**
   * Reads a queue that was just opened.
   *
   * @param toldThrough what is missing through here was counted by earlier runs, but for damage
   * @param earlierThrough highest sequence of earlier runs
   */
  Backlog(
      Disk disk,
      ReentrantLock lock,
      Segments segments,
      Removal removal,
      long toldThrough,
      long earlierThrough) {
    this.disk = disk;
    this.lock = lock;
    this.segments = segments;
    this.removal = removal;
    this.untoldFrom = toldThrough + 1;
    this.untoldThrough = earlierThrough;
  }

  /** What to read next, as it was under the lock. */
  private record Place(
      Segment segment,
      long below,
      long limitBytes,
      @Nullable Segment after) {}

  /**
   * The first entry with a sequence from {@code from} to {@code through} that can be read; none if there is none. All
   * of them are durable.
   *
   * @param marks whether the next call may ask for this entry again
   * @throws IOException if the disk does not answer; asking again tries again
   */
  @Nullable
  StoredEntry next(long from, long through, boolean marks) throws IOException {
    long lowest = from;
    while (lowest <= through) {
      Place place = place(lowest, through);
      if (place == null) {
        return null;
      }
      SegmentScan open = at(place, lowest);
      StoredEntry found = nextIn(open, place, lowest, marks);
      if (found != null) {
        return found;
      }
      lowest = Math.max(lowest, place.below);
    }
    return null;
  }

  private @Nullable Place place(long from, long through) {
    lock.lock();
    try {
      Segment holding = segments.holding(from);
      if (holding == null) {
        return null;
      }
      Segment after = segments.after(holding);
      long below = after == null ? through + 1 : Math.min(after.first, through + 1);
      return new Place(holding, below, holding.endBytes, after);
    } finally {
      lock.unlock();
    }
  }

  private SegmentScan at(Place place, long from) throws IOException {
    SegmentScan open = scan;
    if (open != null && segment == place.segment) {
      open.limit(place.limitBytes);
      if (from < expected && markSequence <= from) {
        open.rewind(markPosition);
        expected = markSequence;
        reports = markReports;
      }
      if (from >= expected) {
        return open;
      }
    }
    reset();
    segment = place.segment;
    expected = place.segment.first;
    reports = place.segment.reportsBefore;
    open = new SegmentScan(disk.openToRead(place.segment.path), place.limitBytes);
    scan = open;
    markSequence = Long.MAX_VALUE;
    return open;
  }

  private @Nullable StoredEntry nextIn(SegmentScan open, Place place, long from, boolean marks)
      throws IOException {
    while (expected < place.below) {
      long before = open.position();
      StoredEntry found = open.next(expected, place.below);
      if (found == null) {
        boolean ends = place.after != null && place.after.first == place.below;
        long after = ends && place.after != null ? place.after.reportsBefore : -1;
        name(place.segment, expected, place.below, open.skipped(), reports, after);
        expected = place.below;
        reports = after >= 0 ? after : reports;
        return null;
      }
      long sequence = found.entry().sequence();
      name(place.segment, expected, sequence, open.skipped(), reports, found.reportsBefore());
      if (sequence >= from) {
        if (marks) {
          markSequence = expected;
          markPosition = before;
          markReports = reports;
        }
        expected = sequence + 1;
        reports = found.reportsThrough();
        return found;
      }
      expected = sequence + 1;
      reports = found.reportsThrough();
    }
    return null;
  }

  /** Names what earlier runs did not live to count, which is in the segments that are newer than their last word. */
  void nameUntold() {
    for (Segment each : segments.all()) {
      if (each.last >= untoldFrom) {
        try {
          whole(each, entry -> {});
        } catch (IOException e) {
          LOG.debug("{}: not read at the opening: {}", each.path, Words.reason(e));
        }
      }
    }
  }

  /** Takes entries that are read one by one. */
  interface Taker {
    void take(StoredEntry entry) throws IOException;
  }

  /** Gives all entries of a segment that can be read, one by one, as a segment may hold more than memory; names the holes. */
  void whole(Segment of, Taker taker) throws IOException {
    try (SegmentScan scan = new SegmentScan(disk.openToRead(of.path), of.endBytes)) {
      long next = of.first;
      long through = of.reportsBefore;
      for (StoredEntry found = scan.next(next, of.last + 1);
          found != null;
          found = scan.next(next, of.last + 1)) {
        name(of, next, found.entry().sequence(), scan.skipped(), through, found.reportsBefore());
        taker.take(found);
        next = found.entry().sequence() + 1;
        through = found.reportsThrough();
      }
      name(of, next, of.last + 1, scan.skipped(), through, -1);
    }
  }

  /**
   * Names the hole from an entry to below another, where {@code before} and {@code after} reports had been written, as far as
   * that is known: all of it if entries were damaged in it, else what an earlier run did not live to count, as it was dropped,
   * or had not reached the disk, when that run ended. What thinning took is counted.
   */
  private void name(Segment in, long from, long below, boolean skipped, long before, long after) {
    boolean isThinned = in.thinned.times() > 0;
    long lost = before >= 0 && after >= 0 && !isThinned ? after - before : 0;
    boolean isDamaged = skipped || lost > 0 || in.hollow || in.reportsBefore < 0;
    if (isThinned && !isDamaged) {
      return;
    }
    long first = isDamaged ? from : Math.max(from, untoldFrom);
    long last = isDamaged ? below - 1 : Math.min(below - 1, untoldThrough);
    if (first <= last) {
      damaged(first, last, lost, in);
    }
  }

  private void damaged(long first, long last, long reports, Segment in) {
    lock.lock();
    try {
      removal.damaged(first, last, reports, in.path.getFileName().toString());
    } finally {
      lock.unlock();
    }
  }

  /** Gives up the page at the next record, which cannot be read. */
  void skipPage() {
    if (scan != null) {
      scan.skipPage();
    }
  }

  /**
   * Gives up a segment whose file is not there.
   *
   * @param allReports reports in all entries that were written
   * @return its highest sequence; 0 if there is no such segment
   */
  long skipSegment(long from, long allReports) {
    lock.lock();
    try {
      Segment gone = segments.holding(from);
      if (gone == null || gone != segment) {
        return 0;
      }
      Segment after = segments.after(gone);
      long through = after == null ? allReports : after.reportsBefore;
      removal.vanished(gone.last, through, gone.path.getFileName().toString());
      return gone.last;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets where it was, as when a segment was written anew. */
  void reset() throws IOException {
    SegmentScan open = scan;
    scan = null;
    segment = null;
    if (open != null) {
      open.close();
    }
  }
}
