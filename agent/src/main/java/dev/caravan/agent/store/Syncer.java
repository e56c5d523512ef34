package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what was written; a segment that the disk fails to make durable is written anew.
 *
 * <p>The courier's thread uses it. The queue's lock is never held while the disk syncs, so an append never waits for
 * one.
 */
final class Syncer {
  private final Disk disk;
  private final StoreSettings settings;
  private final Timeline timeline;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Writer writer;
  private final Backlog backlog;
  private final SchemaShelf schemas;
  private final DiskState state;

  Syncer(
      Disk disk,
      StoreSettings settings,
      Timeline timeline,
      ReentrantLock lock,
      Segments segments,
      Writer writer,
      Backlog backlog,
      SchemaShelf schemas,
      DiskState state) {
    this.disk = disk;
    this.settings = settings;
    this.timeline = timeline;
    this.lock = lock;
    this.segments = segments;
    this.writer = writer;
    this.backlog = backlog;
    this.schemas = schemas;
    this.state = state;
  }

  /** A segment and how far it was written when the sync began. */
  private record Part(Segment segment, long last, long endBytes, long reports) {}

  /**
   * Makes all durable that was appended before.
   *
   * @throws IOException if some is not; it is tried again, in another file, by the next call
   */
  void sync() throws IOException {
    long held;
    try {
      schemas.force();
      long heldBefore = Long.MAX_VALUE;
      held = syncWritten();
      // what did not fit may find room, now that the oldest segments may go
      while (held > 0 && held < heldBefore) {
        heldBefore = held;
        held = syncWritten();
      }
      // what waits for room alone is no fault of the disk
      state.did(DiskState.Task.SYNC);
    } catch (IOException e) {
      state.failed(DiskState.Task.SYNC, e);
      throw e;
    }
    if (held > 0) {
      throw new IOException("sync " + settings.dir() + ": held in memory=" + held
          + " entries; want the disk to take them");
    }
  }

  /** Makes durable what is written, after trying to write what is held; gives how much is held still. */
  private long syncWritten() throws IOException {
    List<Part> parts = new ArrayList<>();
    long through;
    long reports;
    boolean names;
    long held;
    lock.lock();
    try {
      writer.drain(true);
      for (Segment each : segments.all()) {
        if (each.dirty) {
          parts.add(new Part(each, each.last, each.endBytes, writer.reportsThrough(each)));
        }
      }
      through = writer.writtenThrough();
      reports = writer.reports();
      names = segments.takeNamesChanged();
      held = writer.held();
    } finally {
      lock.unlock();
    }
    if (names) {
      forceNames();
    }
    for (Part each : parts) {
      force(each);
    }
    lock.lock();
    try {
      writer.durable(through, reports);
    } finally {
      lock.unlock();
    }
    return held;
  }

  private void forceNames() throws IOException {
    try {
      disk.forceNames(settings.dir());
    } catch (IOException e) {
      lock.lock();
      try {
        segments.namesStillChanged();
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  private void force(Part part) throws IOException {
    Segment segment = part.segment;
    if (!segment.suspect) {
      try {
        Disk.File file = segment.file;
        if (file == null) {
          file = disk.open(segment.path);
          segment.file = file;
        }
        file.force();
        forced(part);
        return;
      } catch (IOException e) {
        // What the kernel could not write it may have thrown away and forgotten: the file is not to
        // be trusted.
        state.failed(DiskState.Task.SYNC, e);
        distrust(segment);
      }
    }
    rewrite(segment);
  }

  private void forced(Part part) throws IOException {
    Segment segment = part.segment;
    boolean done;
    lock.lock();
    try {
      writer.durable(part.last, part.reports);
      if (segment.endBytes == part.endBytes) {
        segment.dirty = false;
      }
      done = segment.sealed && !segment.dirty;
    } finally {
      lock.unlock();
    }
    if (done) {
      segment.closeFile();
    }
  }

  private void distrust(Segment segment) throws IOException {
    lock.lock();
    try {
      segment.suspect = true;
      if (writer.active() == segment) {
        writer.sealActive();
      }
    } finally {
      lock.unlock();
    }
    segment.closeFile();
  }

  /** Writes what is not durable of a segment into a new one, and lets that take its place in the order. */
  private void rewrite(Segment old) throws IOException {
    long first;
    List<StoredEntry> remembered;
    lock.lock();
    try {
      first = old.deleted ? old.first : Math.max(old.first, writer.durableThrough() + 1);
      remembered = writer.remembered(first, old.last);
    } finally {
      lock.unlock();
    }
    long fromMemory = old.deleted
        ? first
        : remembered.isEmpty() ? old.last + 1 : remembered.get(0).entry().sequence();
    Segments.Content lost = to -> {
      if (first < fromMemory) {
        try (SegmentScan scan = new SegmentScan(disk.openToRead(old.path), old.endBytes)) {
          for (StoredEntry each = scan.next(first, fromMemory);
              each != null;
              each = scan.next(each.entry().sequence() + 1, fromMemory)) {
            to.take(each);
          }
        }
      }
      for (StoredEntry each : remembered) {
        to.take(each);
      }
    };
    StoredEntry oldest = oldest(lost);
    Segment fresh = oldest == null ? null : segments.written(header(first, old, oldest), lost);
    if (fresh != null) {
      segments.named(fresh);
      forceNames();
    }
    lock.lock();
    try {
      long last = old.last;
      long reports = writer.reportsThrough(old);
      if ((fresh != null || old.deleted) && first == old.first) {
        segments.remove(old);
        segments.dropped(old.capacityBytes);
      } else {
        old.last = first - 1;
        old.dirty = false;
        old.suspect = false;
      }
      if (fresh != null) {
        fresh.last = last;
        fresh.schemas = old.schemas;
        segments.add(fresh);
      }
      writer.durable(last, reports);
    } finally {
      lock.unlock();
    }
    backlog.reset();
  }

  private SegmentFormat header(long first, Segment old, StoredEntry oldest) {
    return new SegmentFormat(first, timeline.nowNs(), oldest.reportsBefore(), old.thinned);
  }

  private static @Nullable StoredEntry oldest(Segments.Content of) throws IOException {
    StoredEntry[] oldest = new StoredEntry[1];
    of.give(each -> oldest[0] = oldest[0] == null ? each : oldest[0]);
    return oldest[0];
  }
}
