package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of entries on disk, from the pipeline's thread, which appends, to the courier's, which reads, removes and
 * makes durable.
 *
 * <p>Promised: the sequence rises by one from entry to entry, from 1, and is never used twice for an entry that was
 * handed out, whatever ends the process or the machine. An entry is handed out only once it would survive a power cut,
 * and, but for eviction and damage, again and again until it is removed. What is damaged is never handed out. An append
 * never waits for a sync, nor for the courier. Every entry lost is counted. Entries may be removed in any order; those that
 * were removed before older ones are remembered while the process lives.
 *
 * <p>Not promised: that an entry survives a power cut before it was made durable ({@link StoreSettings#syncIntervalNs});
 * that an entry removed just before the process ends, or before an older one, does not come again.
 *
 * <p>Threads: {@link #append} by the pipeline's; {@link #head}, {@link #latest}, {@link #remove}, {@link #idle} and
 * {@link #sync} by the courier's, which also does what the queue has to do now and then, so it should call one of them at least once
 * per sync interval, link or no link. The rest may be called by any. There is no thread of its own.
 *
 * <p>Files in the directory: {@code lock} ({@link DirectoryLock}), {@code cursor} ({@link Cursor}), segments
 * ({@link SegmentFormat}, {@link RecordFormat}) and {@code schemas/} ({@link SchemaShelf}). Segments are filled with
 * zeros before and used again after, so that a record costs the device little more than the pages it lies in. A segment
 * goes only once the cursor is durably past it and a later entry is durable, so the newest entry is always there to
 * tell the sequence.
 */
public final class DiskQueue implements EntryQueue, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private final StoreSettings settings;
  private final Timeline timeline;
  private final DirectoryLock directory;
  private final SchemaShelf schemas;
  private final DiskState state;
  private final Lost lostBefore;
  private final Losses losses;
  private final Segments segments;
  private final Removal removal;
  private final Writer writer;
  private final Backlog backlog;
  private final HeadReader reader;
  private final Syncer syncer;
  private final Upkeep upkeep;
  private final EntryAge age;

  /** Guards all but the backlog and the syncer; held while bytes are written, never while they are made durable. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Arrivals arrivals = new Arrivals(lock);

  /** Keeps those apart who do the courier's work; taken before the lock. */
  private final ReentrantLock courier = new ReentrantLock();

  // guarded by the lock
  private long next;
  private @Nullable Entry newest;
  private long unsyncedSinceNs;
  private boolean closed;

  private DiskQueue(
      StoreSettings settings,
      String route,
      Timeline timeline,
      Health health,
      Disk disk,
      DirectoryLock directory)
      throws IOException {
    this.settings = settings;
    this.timeline = timeline;
    this.directory = directory;
    this.schemas = new SchemaShelf(settings.dir().resolve("schemas"));
    this.segments = new Segments(disk, settings, timeline);
    Cursor cursor = Cursor.open(disk, settings.dir());
    Cursor.Position at = cursor.position();
    Recovery found = new Recovery(disk, segments);
    found.read(at);
    Cursor.Position gone = at.caughtUpWith(segments.oldest());
    this.lostBefore = gone.lost();
    this.losses = new Losses(route, lostBefore, timeline, health);
    this.removal = new Removal(losses, gone.removedThrough(), gone.reportsRemoved());
    this.state = new DiskState(route, health);
    this.writer = new Writer(settings, timeline, segments, removal, state, found);
    this.backlog = new Backlog(disk, lock, segments, removal, at.durableThrough(), found.next - 1);
    backlog.nameUntold();
    this.syncer = new Syncer(disk, settings, timeline, lock, segments, writer, backlog, state);
    Thinning thinning = new Thinning(lock, segments, writer, removal, backlog);
    this.upkeep = new Upkeep(
        disk, settings, timeline, lock, segments, writer, removal, thinning, cursor, state);
    this.next = found.next;
    this.newest = found.newest == null ? null : found.newest.entry();
    this.age =
        new EntryAge(timeline, settings.maxAgeNs(), next - 1, newest == null ? 0 : newest.timeNs());
    this.reader = new HeadReader(lock, writer, removal, backlog, age, state, timeline);
    this.unsyncedSinceNs = timeline.monotonicNs();
    LOG.info("{}: store open: entries={}, next={}, dir={}", route, entries(), next, settings.dir());
  }

  /**
   * Opens the queue of a directory, which is made if it is not there.
   *
   * @param route names the queue in counters and in the log
   * @throws IOException if the directory is held by another process (the message says which), holds files of a version
   *     that this program does not know, or cannot be used
   */
  public static DiskQueue open(
      StoreSettings settings, String route, Timeline timeline, Health health) throws IOException {
    return open(settings, route, timeline, health, new OsDisk());
  }

  static DiskQueue open(
      StoreSettings settings, String route, Timeline timeline, Health health, Disk disk)
      throws IOException {
    OsDisk.makeDirectory(settings.dir());
    DirectoryLock directory = DirectoryLock.take(settings.dir());
    try {
      DiskQueue queue = new DiskQueue(settings, route, timeline, health, disk, directory);
      queue.upkeep.prepareSpare();
      return queue;
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Appends an entry. If the disk does not take it, it is held in memory ({@link StoreSettings#memoryMaxBytes}) and
   * written later, in its order; the part {@code store} of the health says so. The pipeline's thread.
   *
   * @param reports how many reports the body holds
   * @param schemaId at most 255 bytes
   * @return its sequence
   */
  public long append(int reports, Bytes schemaId, Bytes body) {
    if (schemaId.length() > 255) {
      throw new IllegalArgumentException(
          "append: schemaId=" + schemaId + "; want at most 255 bytes");
    }
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("append: the queue is closed");
      }
      if (writer.durableThrough() == next - 1) {
        unsyncedSinceNs = timeline.monotonicNs();
      }
      Entry entry = new Entry(next, timeline.nowNs(), reports, schemaId, body);
      next++;
      newest = entry;
      age.appended(entry.sequence());
      writer.append(entry);
      arrivals.appended();
      return entry.sequence();
    } finally {
      lock.unlock();
    }
  }

  /** All of them are durable; syncs if the oldest is not. None if the disk fails. */
  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
    long deadlineNs = System.nanoTime() + waitNs;
    takeBack();
    if (!arrivals.awaitOrNudge(this::firstInNs, waitNs)) {
      work();
      return List.of();
    }
    List<StoredEntry> found = List.of();
    courier.lock();
    try {
      if (hasDurable() || trySync() || hasDurable()) {
        // a sync that failed may still have made some durable
        found = reader.handOut(atMost, atMostBytes);
      }
      upkeep.tidy();
    } finally {
      courier.unlock();
    }
    if (found.isEmpty()) {
      // the disk fails, or all that was there was too old: not again before the time is over
      arrivals.awaitOrNudge(() -> Long.MAX_VALUE, deadlineNs - System.nanoTime());
    }
    return entries(found);
  }

  /**
   * All of them are durable; syncs if the newest is not. Only those that are still in memory, and none while too many were
   * removed out of their order.
   */
  @Override
  public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    courier.lock();
    try {
      if (!isDurable()) {
        trySync();
      }
      lock.lock();
      try {
        if (removal.isScattered()) {
          return List.of();
        }
        List<StoredEntry> found = writer.latest(wanted, atMost, atMostBytes);
        found.removeIf(each -> removal.isHanded(each.entry().sequence()));
        removal.handOut(found);
        return entries(found);
      } finally {
        lock.unlock();
      }
    } finally {
      courier.unlock();
    }
  }

  private <T> T locked(Supplier<T> what) {
    lock.lock();
    try {
      return what.get();
    } finally {
      lock.unlock();
    }
  }

  private static List<Entry> entries(List<StoredEntry> stored) {
    return stored.stream().map(StoredEntry::entry).toList();
  }

  private void takeBack() {
    lock.lock();
    try {
      removal.takeBack();
    } finally {
      lock.unlock();
    }
  }

  private boolean isDurable() {
    return locked(() -> writer.durableThrough() >= next - 1);
  }

  /** 0 if there is an entry. */
  private long firstInNs() {
    return next - 1 > removal.removedThrough() ? 0 : Long.MAX_VALUE;
  }

  private boolean hasDurable() {
    return locked(() -> writer.durableThrough() > removal.removedThrough());
  }

  private void syncNow() throws IOException {
    long beganNs = timeline.monotonicNs();
    syncer.sync();
    lock.lock();
    try {
      if (writer.durableThrough() < next - 1) {
        // what is left was appended meanwhile
        unsyncedSinceNs = beganNs;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean trySync() {
    try {
      syncNow();
      return true;
    } catch (IOException e) {
      // said by the state
      return false;
    }
  }

  /**
   * It is known after a power cut once a segment was emptied or a minute has passed; until then the entries may come
   * again.
   */
  @Override
  public void remove(Collection<Long> sequences) {
    courier.lock();
    try {
      lock.lock();
      try {
        removal.delivered(sequences);
        writer.trim();
      } finally {
        lock.unlock();
      }
      upkeep.writeCursor();
      if (upkeep.tidy()) {
        upkeep.prune(schemas);
      }
    } finally {
      courier.unlock();
    }
  }

  @Override
  public void rejected(long entries, long reports) {
    lock.lock();
    try {
      losses.rejected(entries, reports);
    } finally {
      lock.unlock();
    }
  }

  /** What was lost before the queue was opened. */
  public Lost lostBefore() {
    return lostBefore;
  }

  /** Syncs meanwhile as the settings ask. */
  @Override
  public void idle(long waitNs) {
    long deadlineNs = System.nanoTime() + waitNs;
    boolean well = work();
    long restNs = deadlineNs - System.nanoTime();
    while (well && restNs > 0 && arrivals.await(this::dueInNs, restNs)) {
      well = work();
      restNs = deadlineNs - System.nanoTime();
    }
    arrivals.await(() -> Long.MAX_VALUE, deadlineNs - System.nanoTime());
  }

  /** In how many nanoseconds the next sync is due. */
  private long dueInNs() {
    if (writer.durableThrough() >= next - 1) {
      return Long.MAX_VALUE;
    }
    if (settings.syncIntervalNs() == StoreSettings.NO_SYNC) {
      // but segments that are full are made durable, as only then the oldest may go
      Segment oldest = segments.holding(writer.durableThrough() + 1);
      return oldest != null && oldest.dirty && oldest.sealed ? 0 : Long.MAX_VALUE;
    }
    return unsyncedSinceNs + settings.syncIntervalNs() - timeline.monotonicNs();
  }

  /** Syncs if it is due, drops what became too old, keeps the files in order; false if the disk fails to sync. */
  private boolean work() {
    courier.lock();
    try {
      boolean due;
      lock.lock();
      try {
        if (closed) {
          return true;
        }
        losses.settle();
        due = dueInNs() <= 0;
      } finally {
        lock.unlock();
      }
      boolean well = !due || trySync();
      dropAged();
      upkeep.tidy();
      return well;
    } finally {
      courier.unlock();
    }
  }

  private void dropAged() {
    if (age.isLimited() && hasDurable()) {
      reader.dropAged();
    }
  }

  /**
   * Makes all durable that was appended before. The courier's thread; may take seconds.
   *
   * @throws IOException if some of it is not durable; the next call tries again
   */
  public void sync() throws IOException {
    courier.lock();
    try {
      syncNow();
    } finally {
      courier.unlock();
      work();
    }
  }

  /** Ends the wait of a {@link #head} that is under way, or of the next: there is something more urgent. Any thread. */
  public void nudge() {
    arrivals.nudge();
  }

  /** The entry appended last, even if it was removed; none if the queue is new or it is damaged. */
  public Optional<Entry> newest() {
    return locked(() -> Optional.ofNullable(newest));
  }

  /** The schemas that the entries need. */
  public SchemaShelf schemas() {
    return schemas;
  }

  /** What is not yet removed. */
  public Waiting waiting() {
    return locked(() -> Waiting.of(next, removal, segments, writer));
  }

  /** How many entries are not yet removed; damaged ones count until they are passed over. */
  public long entries() {
    return waiting().entries();
  }

  /** How much room the segments take on disk, spares among them, in bytes. */
  public long sizeBytes() {
    return locked(segments::allocatedBytes);
  }

  /** When the oldest of them was stored, as {@link Waiting#oldestNs}. */
  public long oldestNs() {
    return waiting().oldestNs();
  }

  /**
   * Makes all durable and lets the directory go; closing twice is fine. Any thread, once the courier and the pipeline
   * have ended.
   *
   * @throws IOException if some entries are not durable; everything is closed all the same
   */
  @Override
  public void close() throws IOException {
    courier.lock();
    try {
      if (locked(() -> closed)) {
        return;
      }
      try {
        makeRoom();
        syncer.sync();
      } finally {
        end();
        upkeep.forceCursor();
        backlog.reset();
        upkeep.close();
        directory.close();
        state.ended();
      }
    } finally {
      courier.unlock();
    }
  }

  /** As long as that lets the disk take more of what is held. */
  private void makeRoom() {
    long before = Long.MAX_VALUE;
    long held = locked(writer::held);
    while (held > 0 && held < before) {
      before = held;
      upkeep.tidy();
      trySync();
      held = locked(writer::held);
    }
  }

  private void end() {
    lock.lock();
    try {
      closed = true;
      removal.takeBack();
      writer.drop();
      losses.end();
      arrivals.close();
    } finally {
      lock.unlock();
    }
  }
}
