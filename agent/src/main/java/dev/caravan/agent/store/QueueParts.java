package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
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

  /**
   * Where a queue begins whose directory is empty.
   *
   * @param at how far it was emptied
   * @param streams those that go on in it; none where a new one begins
   */
  record Beginning(Cursor.Position at, List<StreamBook.Stretch> streams) {
    static final Beginning NEW = new Beginning(Cursor.Position.START, List.of());
  }

  final Closeable directory;
  final StreamBook streams;
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

  /** {@code directory} is closed by whoever uses this. */
  QueueParts(
      StoreSettings settings,
      String route,
      Keeper keeper,
      Timeline timeline,
      Health health,
      DiskState state,
      Disk disk,
      Closeable directory,
      SchemaShelf schemas,
      Beginning from)
      throws IOException {
    this.directory = directory;
    this.schemas = schemas;
    this.segments = new Segments(disk, settings, timeline);
    Cursor cursor = Cursor.open(disk, settings.dir(), from.at);
    Cursor.Position at = cursor.position();
    Recovery found = new Recovery(disk, segments);
    found.read(at);
    boolean isEmpty = !cursor.isThere() && segments.oldest() == null;
    this.streams = StreamBook.open(
        disk,
        settings.dir(),
        keeper,
        new StreamBook.Found(isEmpty, cursor.isThere(), at, found.next, found.reports),
        from.streams);
    long begins = streams.current().first();
    // a power cut may have taken the last entries of the stream before, but no number is used in
    // two
    found.next = Math.max(found.next, begins);
    Cursor.Position gone = at.caughtUpWith(segments.oldest(), cursor.isThere(), streams.current());
    if (!gone.lost().equals(at.lost())) {
      LOG.warn(
          "{}: entries were evicted or deleted before this run: sequence={}..{}, reports={}, dir={}",
          route,
          at.removedThrough() + 1,
          gone.removedThrough(),
          gone.reportsRemoved() - at.reportsRemoved(),
          settings.dir());
    }
    this.lostBefore = gone.lost().without(streams.current().lostBefore());
    this.losses = new Losses(route, gone.lost(), begins, timeline, health);
    this.removal = new Removal(losses, gone.removedThrough(), gone.reportsRemoved());
    this.state = state;
    this.writer = new Writer(settings, timeline, segments, removal, state, schemas, found);
    this.backlog = new Backlog(disk, lock, segments, removal, at.durableThrough(), found.next - 1);
    backlog.nameUntold();
    Segment active = found.active;
    if (active != null && active.first < begins) {
      // no segment holds two streams
      writer.sealActive();
    }
    this.syncer =
        new Syncer(disk, settings, timeline, lock, segments, writer, backlog, schemas, state);
    Thinning thinning = new Thinning(lock, segments, writer, removal, backlog);
    this.upkeep = new Upkeep(
        disk, settings, timeline, lock, segments, writer, removal, thinning, cursor, state);
    this.files = new FileWatch(disk, lock, segments, removal, writer, cursor, streams, route);
    this.next = found.next;
    boolean isBehind =
        found.newest == null || found.newest.entry().sequence() < at.durableThrough();
    this.lostBehindNewest = isBehind && begins <= at.durableThrough() ? at.reportsDropped() : 0;
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

  void locked(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  /** The entry appended last, if it can be read and is of the current stream. */
  @Nullable
  Entry newestOfStream() {
    Entry last = newest;
    return last == null || last.sequence() < streams.current().first() ? null : last;
  }

  /** What was lost of the current stream since that began; the lock is held. */
  Lost lost() {
    return removal.lost().without(streams.current().lostBefore());
  }

  /** What is not yet removed; the lock is held. */
  Waiting waiting() {
    return Waiting.of(next, removal, segments, writer);
  }

  /** How much there is, for the log. */
  String extent() {
    return "entries=" + locked(this::waiting).entries() + ", next=" + next;
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
