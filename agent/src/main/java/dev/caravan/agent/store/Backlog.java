package dev.caravan.agent.store;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries back from the segments in their order, and names the holes where entries are damaged.
 *
 * <p>The courier's thread uses it; it takes the queue's lock only to see which segments there are.
 */
final class Backlog {
  private final Disk disk;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Losses losses;

  // where entries are missing of which it is not known whether they were counted
  private final long untoldFrom;
  private final long untoldThrough;

  private long namedThrough;

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
      Losses losses,
      long toldThrough,
      long earlierThrough) {
    this.disk = disk;
    this.lock = lock;
    this.segments = segments;
    this.losses = losses;
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
        name(from, place.below, open.skipped(), after);
        expected = place.below;
        reports = after >= 0 ? after : reports;
        return null;
      }
      long sequence = found.entry().sequence();
      name(from, sequence, open.skipped(), found.reportsBefore());
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

  /**
   * Names the hole from what was expected to below a sequence: all of it if entries were damaged in it, else what an earlier
   * run did not live to count, as it was dropped, or had not reached the disk, when that run ended.
   */
  private void name(long from, long below, boolean skipped, long reportsAfter) {
    long first = Math.max(Math.max(expected, from), namedThrough + 1);
    Segment in = segment;
    boolean isThinned = in != null && in.thinned.times() > 0;
    long lost = reports >= 0 && reportsAfter >= 0 && !isThinned ? reportsAfter - reports : 0;
    boolean isDamaged = skipped || lost > 0;
    first = isDamaged ? first : Math.max(first, untoldFrom);
    long last = isDamaged ? below - 1 : Math.min(below - 1, untoldThrough);
    if (first <= last && in != null) {
      namedThrough = last;
      lock.lock();
      try {
        losses.corrupt(first, last, lost, in.path.getFileName().toString());
      } finally {
        lock.unlock();
      }
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
   * @return its highest sequence; 0 if there is no such segment
   */
  long skipSegment(long from) {
    lock.lock();
    try {
      Segment gone = segments.holding(from);
      if (gone == null || gone != segment) {
        return 0;
      }
      namedThrough = gone.last;
      losses.corrupt(from, gone.last, 0, gone.path.getFileName().toString());
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
