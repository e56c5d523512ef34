package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a queue is made of, as it is found in a directory. */
final class QueueParts {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  /** Guards all but the backlog and the syncer. */
  final ReentrantLock lock = new ReentrantLock();

  final Closeable directory;
  final SchemaShelf schemas;
  final DiskState state;
  final Lost lostBefore;

  /** Reports in entries behind the newest that were dropped before. */
  final long lostBehindNewest;

  final Losses losses;
  final Segments segments;
  final Removal removal;
  final Writer writer;
  final Backlog backlog;
  final HeadReader reader;
  final Syncer syncer;
  final Upkeep upkeep;
  final EntryAge age;
  final FileWatch files;

  // guarded by the lock
  /** The sequence of the next entry. */
  long next;

  /** The entry appended last, if it can be read. */
  @Nullable
  Entry newest;

  /** {@code from} is where a queue begins whose directory is empty; {@code directory} is closed by whoever uses this. */
  QueueParts(
      StoreSettings settings,
      String route,
      Timeline timeline,
      Health health,
      DiskState state,
      Disk disk,
      Closeable directory,
      SchemaShelf schemas,
      Cursor.Position from)
      throws IOException {
    this.directory = directory;
    this.schemas = schemas;
    this.segments = new Segments(disk, settings, timeline);
    Cursor cursor = Cursor.open(disk, settings.dir(), from);
    Cursor.Position at = cursor.position();
    Recovery found = new Recovery(disk, segments);
    found.read(at);
    Cursor.Position gone = at.caughtUpWith(segments.oldest(), cursor.isThere());
    if (!gone.lost().equals(at.lost())) {
      LOG.warn(
          "{}: entries were evicted or deleted before this run: sequence={}..{}, reports={}, dir={}",
          route,
          at.removedThrough() + 1,
          gone.removedThrough(),
          gone.reportsRemoved() - at.reportsRemoved(),
          settings.dir());
    }
    this.lostBefore = gone.lost();
    this.losses = new Losses(route, lostBefore, timeline, health);
    this.removal = new Removal(losses, gone.removedThrough(), gone.reportsRemoved());
    this.state = state;
    this.writer = new Writer(settings, timeline, segments, removal, state, schemas, found);
    this.backlog = new Backlog(disk, lock, segments, removal, at.durableThrough(), found.next - 1);
    backlog.nameUntold();
    this.syncer =
        new Syncer(disk, settings, timeline, lock, segments, writer, backlog, schemas, state);
    Thinning thinning = new Thinning(lock, segments, writer, removal, backlog);
    this.upkeep = new Upkeep(
        disk, settings, timeline, lock, segments, writer, removal, thinning, cursor, state);
    this.files = new FileWatch(disk, lock, segments, removal, writer, cursor, route);
    this.next = found.next;
    boolean isBehind =
        found.newest == null || found.newest.entry().sequence() < at.durableThrough();
    this.lostBehindNewest = isBehind ? at.reportsDropped() : 0;
    this.newest = found.newest == null ? null : found.newest.entry();
    this.age =
        new EntryAge(timeline, settings.maxAgeNs(), next - 1, newest == null ? 0 : newest.timeNs());
    this.reader = new HeadReader(lock, writer, removal, backlog, age, state, timeline);
  }

  <T> T locked(Supplier<T> what) {
    lock.lock();
    try {
      return what.get();
    } finally {
      lock.unlock();
    }
  }

  /** What is not yet removed; the lock is held. */
  Waiting waiting() {
    return Waiting.of(next, removal, segments, writer);
  }

  /** Whether the directory is still the one that was opened. */
  boolean isThere() {
    return !(directory instanceof DirectoryLock taken) || taken.isThere();
  }

  /** The device of what the directory lies in. */
  @Nullable
  Object device() {
    return directory instanceof DirectoryLock taken ? taken.device() : null;
  }
}
