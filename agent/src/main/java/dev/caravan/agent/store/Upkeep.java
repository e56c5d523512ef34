package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the files of a queue in order: the cursor, the segments that are empty, a spare.
 *
 * <p>The courier's thread uses it. The queue's lock is not held while the disk works.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private static final long CURSOR_INTERVAL_NS = 60_000_000_000L;
  private static final long SPARE_RETRY_NS = 60_000_000_000L;
  private static final long RETRY_NS = 1_000_000_000L;
  private static final int MOST_THINNED = 8;

  private final Disk disk;
  private final StoreSettings settings;
  private final Timeline timeline;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Writer writer;
  private final Removal removal;
  private final Thinning thinning;
  private final Cursor cursor;
  private final DiskState state;

  // taken out of the queue, and not yet a spare or deleted
  private final List<Segment> emptied = new ArrayList<>();
  private long cursorTriedNs;
  private boolean cursorFailed;
  private long rejectedNoted;
  private long spareRetryNs;
  private boolean spareFailed;

  Upkeep(
      Disk disk,
      StoreSettings settings,
      Timeline timeline,
      ReentrantLock lock,
      Segments segments,
      Writer writer,
      Removal removal,
      Thinning thinning,
      Cursor cursor,
      DiskState state) {
    this.disk = disk;
    this.settings = settings;
    this.timeline = timeline;
    this.lock = lock;
    this.segments = segments;
    this.writer = writer;
    this.removal = removal;
    this.thinning = thinning;
    this.cursor = cursor;
    this.state = state;
    this.cursorTriedNs = timeline.monotonicNs();
    this.rejectedNoted = cursor.position().lost().entriesRejected();
  }

  /**
   * Notes how far the queue was emptied; durable at once only where the far side refused something, for what is stored from
   * now on tells of it.
   */
  void writeCursor() {
    Cursor.Position at = position();
    note(at, at.lost().entriesRejected() != rejectedNoted);
  }

  /** Makes that durable too. */
  boolean forceCursor() {
    return note(position(), true);
  }

  /** The same, before more is evicted of the stream of a sequence. */
  private void foresee(long sequence, long entries, long reports) throws IOException {
    Cursor.Position at = position();
    if (!note(removal.isFormer(sequence) ? at : at.andEvicted(entries, reports), true)) {
      throw new IOException("the cursor is not durable");
    }
  }

  private boolean note(Cursor.Position at, boolean forces) {
    try {
      cursorFailed = true;
      cursorTriedNs = forces ? timeline.monotonicNs() : cursorTriedNs;
      cursor.write(at);
      if (forces) {
        cursor.force();
        rejectedNoted = at.lost().entriesRejected();
      }
      cursorFailed = false;
      state.did(DiskState.Task.CURSOR);
      return true;
    } catch (IOException e) {
      state.failed(DiskState.Task.CURSOR, e);
      return false;
    }
  }

  private Cursor.Position position() {
    lock.lock();
    try {
      Cursor.Position before = cursor.position();
      long durableThrough = removal.goneThrough(writer.durableThrough());
      boolean isBehind = durableThrough < before.durableThrough();
      return new Cursor.Position(
          removal.goneThrough(removal.removedThrough()),
          removal.reportsRemoved(),
          isBehind ? before.durableThrough() : durableThrough,
          isBehind ? before.reportsDropped() : writer.reportsDropped(),
          removal.lost(),
          isBehind ? before.reportsDurable() : writer.durableReports());
    } finally {
      lock.unlock();
    }
  }

  /** Does what may wait: the cursor, segments that are empty, the next spare; gives whether a segment went. */
  boolean tidy() {
    takeOutEmptied();
    if (settings.whenFull() == WhenFull.THIN) {
      thin();
    }
    boolean any = !emptied.isEmpty();
    if (any || isCursorDue()) {
      // durable before any of the files goes or is written over
      if (forceCursor()) {
        emptied.removeIf(this::putAway);
      }
    }
    prepareSpare();
    return any;
  }

  /** Once a minute; as often as entries are made durable while some are lost; once a second after it failed. */
  private boolean isCursorDue() {
    boolean losesMore;
    lock.lock();
    try {
      losesMore = !removal.lost().equals(cursor.position().lost());
    } finally {
      lock.unlock();
    }
    long everyNs = losesMore
        ? Math.min(Math.max(settings.syncIntervalNs(), RETRY_NS), CURSOR_INTERVAL_NS)
        : cursorFailed ? RETRY_NS : CURSOR_INTERVAL_NS;
    return timeline.monotonicNs() - cursorTriedNs > everyNs;
  }

  private void takeOutEmptied() {
    lock.lock();
    try {
      Segment oldest = segments.oldest();
      while (oldest != null) {
        Segment after = segments.after(oldest);
        if (after == null
            || after.first - 1 > removal.removedThrough()
            || !segments.hasDurableAfter(oldest, writer.durableThrough())) {
          break;
        }
        segments.remove(oldest);
        emptied.add(oldest);
        oldest = segments.oldest();
      }
      if (settings.whenFull() == WhenFull.DROP_OLDEST && needsRoom()) {
        Segment evicted = writer.evictOldest();
        if (evicted != null) {
          emptied.add(evicted);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. */
  private boolean needsRoom() {
    return emptied.isEmpty() && needsSpare() && !segments.roomForOneMore(settings.segmentBytes());
  }

  private void thin() {
    for (int i = 0; i < MOST_THINNED; i++) {
      lock.lock();
      try {
        if (!needsRoom()) {
          return;
        }
      } finally {
        lock.unlock();
      }
      try {
        Segment evicted = thinning.thinOrEvict(this::foresee);
        if (evicted != null) {
          emptied.add(evicted);
        }
      } catch (IOException e) {
        state.failed(DiskState.Task.WRITE, e);
        return;
      }
    }
  }

  private boolean putAway(Segment segment) {
    try {
      segment.closeFile();
      Path spare = null;
      lock.lock();
      try {
        if (segment.capacityBytes == settings.segmentBytes() && segments.wantsSpare()) {
          spare = segments.spareName();
        }
      } finally {
        lock.unlock();
      }
      if (spare == null) {
        disk.delete(segment.path);
      } else {
        disk.move(segment.path, spare);
      }
      lock.lock();
      try {
        if (spare == null) {
          segments.dropped(segment.capacityBytes);
        } else {
          segments.addSpare(spare, true);
        }
        // durable with the next sync
        segments.namesStillChanged();
      } finally {
        lock.unlock();
      }
      return true;
    } catch (IOException e) {
      state.failed(DiskState.Task.CURSOR, e);
      return false;
    }
  }

  /** With the lock held. */
  private boolean needsSpare() {
    Segment active = writer.active();
    return !segments.hasSpare() && (active == null || active.endBytes > active.capacityBytes / 2);
  }

  /** Fills a file with zeros before it is needed, so that the append that needs it does not have to. */
  void prepareSpare() {
    Path spare;
    lock.lock();
    try {
      boolean late = !spareFailed || timeline.monotonicNs() - spareRetryNs >= 0;
      if (!late || !needsSpare() || !segments.roomForOneMore(settings.segmentBytes())) {
        return;
      }
      spare = segments.spareName();
    } finally {
      lock.unlock();
    }
    try {
      Disk.File file = Segments.filled(disk, spare, settings.segmentBytes());
      try (file) {
        file.force();
      }
      lock.lock();
      try {
        segments.addSpare(spare, false);
      } finally {
        lock.unlock();
      }
      spareFailed = false;
    } catch (IOException e) {
      // An append makes its own file then, and says so if it cannot.
      deleteAsWellAsItCanBe(spare);
      spareFailed = true;
      spareRetryNs = timeline.monotonicNs() + SPARE_RETRY_NS;
    }
  }

  /** Whether the latest try to make a spare has failed. */
  boolean lacksSpare() {
    return spareFailed;
  }

  private void deleteAsWellAsItCanBe(Path spare) {
    try {
      disk.delete(spare);
    } catch (IOException e) {
      // it is deleted at the next opening
    }
  }

  /** Deletes the schemas that no entry needs any more, as well as it can be done. */
  void prune(SchemaShelf shelf) {
    Optional<Set<Bytes>> needed = schemas();
    if (needed.isPresent()) {
      try {
        shelf.keepOnly(needed.get());
      } catch (IOException e) {
        LOG.debug("{}: schemas not pruned: {}", settings.dir(), Words.of(e));
      }
    }
  }

  /** The schemas that entries in the queue need; nothing where segments of an earlier run may need others. */
  private Optional<Set<Bytes>> schemas() {
    lock.lock();
    try {
      Set<Bytes> needed = new HashSet<>(writer.schemasOfHeld());
      for (Segment each : segments.all()) {
        if (each.schemas == null) {
          return Optional.empty();
        }
        needed.addAll(each.schemas);
      }
      return Optional.of(needed);
    } finally {
      lock.unlock();
    }
  }

  void close() throws IOException {
    cursor.close();
    for (Segment each : segments.all()) {
      each.closeFile();
    }
  }
}
