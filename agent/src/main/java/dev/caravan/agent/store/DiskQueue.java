package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

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
 * <p>Files in the directory: {@code lock} ({@link DirectoryLock}), {@code cursor} ({@link Cursor}), {@code streams} ({@link StreamBook}), segments
 * ({@link SegmentFormat}, {@link RecordFormat}) and {@code schemas/} ({@link SchemaShelf}). Segments are filled with
 * zeros before and used again after, so that a record costs the device little more than the pages it lies in. A segment
 * goes only once the cursor is durably past it and a later entry is durable, so the newest entry is always there to
 * tell the sequence.
 */
public final class DiskQueue implements LendingQueue, AutoCloseable {
  private final Timeline timeline;
  final QueueParts parts;
  private final Removal removal;
  private final Writer writer;
  private final Upkeep upkeep;

  /** Guards all but the backlog and the syncer; held while bytes are written, never while they are made durable. */
  private final ReentrantLock lock;

  private final Arrivals arrivals;

  /** Keeps those apart who do the courier's work; taken before the lock. */
  private final ReentrantLock courier = new ReentrantLock();

  private final DueWork due;
  final Leaving leaving;

  DiskQueue(QueueParts parts, StoreSettings settings, Timeline timeline) {
    this.timeline = timeline;
    this.lock = parts.lock;
    this.parts = parts;
    this.removal = parts.removal;
    this.writer = parts.writer;
    this.upkeep = parts.upkeep;
    this.arrivals = new Arrivals(lock);
    this.due = new DueWork(settings, timeline, parts, courier);
    this.leaving = new Leaving(parts);
  }

  /**
   * Opens the queue of a directory, which is made if it is not there and what it lies in is.
   *
   * @param route names the queue in counters and in the log
   * @param keeper whose stream goes on in it, or begins
   * @throws UnfitStoreException if the directory is held by another process (the message says which), or holds files of a
   *     version that this program does not know
   * @throws IOException if it cannot be used now
   */
  public static DiskQueue open(
      StoreSettings settings, String route, Keeper keeper, Timeline timeline, Health health)
      throws IOException {
    return open(settings, route, keeper, timeline, health, new OsDisk());
  }

  static DiskQueue open(
      StoreSettings settings,
      String route,
      Keeper keeper,
      Timeline timeline,
      Health health,
      Disk disk)
      throws IOException {
    SchemaShelf shelf = new SchemaShelf(settings.dir().resolve("schemas"));
    return open(settings, route, keeper, timeline, health, disk, shelf, QueueParts.Beginning.NEW);
  }

  /** {@code from} is where a queue begins whose directory is empty. */
  static DiskQueue open(
      StoreSettings settings,
      String route,
      Keeper keeper,
      Timeline timeline,
      Health health,
      Disk disk,
      SchemaShelf shelf,
      QueueParts.Beginning from)
      throws IOException {
    OsDisk.makeDirectory(settings.dir(), settings.home());
    DirectoryLock directory = DirectoryLock.take(settings.dir());
    try {
      DiskState state = new DiskState(route, timeline, health);
      Disk held = new HeldDisk(disk, directory);
      QueueParts parts = new QueueParts(
          settings, route, keeper, timeline, health, state, held, directory, shelf, from);
      DiskQueue queue = new DiskQueue(parts, settings, timeline);
      queue.upkeep.forceCursor();
      queue.upkeep.prepareSpare();
      state.begun();
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
      if (due.isEnded()) {
        throw new IllegalStateException("append: the queue is closed");
      }
      Entry entry = new Entry(parts.next, timeline.nowNs(), reports, schemaId, body);
      add(entry);
      return entry.sequence();
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. */
  private void add(Entry entry) {
    due.appends();
    parts.next = entry.sequence() + 1;
    parts.newest = entry;
    parts.age.appended(entry.sequence());
    writer.append(entry);
    arrivals.appended();
  }

  /** All of them are durable; syncs if the oldest is not. None if the disk fails. */
  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
    long deadlineNs = System.nanoTime() + waitNs;
    takeBack();
    if (!arrivals.awaitOrNudge(this::firstInNs, waitNs)) {
      due.now();
      return List.of();
    }
    List<StoredEntry> found = List.of();
    courier.lock();
    try {
      if (due.hasDurable() || due.trySync() || due.hasDurable()) {
        // a sync that failed may still have made some durable
        found = parts.reader.handOut(atMost, atMostBytes);
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
      if (!due.isDurable()) {
        due.trySync();
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

  private static List<Entry> entries(List<StoredEntry> stored) {
    return stored.stream().map(StoredEntry::entry).toList();
  }

  private void takeBack() {
    parts.locked(removal::takeBack);
  }

  /** 0 if there is an entry. */
  private long firstInNs() {
    return parts.next - 1 > removal.passedThrough() ? 0 : Long.MAX_VALUE;
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
        upkeep.prune(parts.schemas);
      }
    } finally {
      courier.unlock();
    }
  }

  @Override
  public void setAside(Collection<Long> sequences) {
    parts.locked(() -> removal.setAside(sequences));
  }

  @Override
  public void giveAgain(Collection<Long> sequences) {
    parts.locked(() -> removal.giveAgain(sequences));
  }

  @Override
  public Place place(long sequence) {
    return parts.streams.place(sequence);
  }

  @Override
  public void undelivered(long sequence, Lost lost) {
    parts.locked(() -> parts.losses.undelivered(sequence, lost));
  }

  /** Counts entries as lost that went with their files; of the stream of a sequence, 0 for one that has ended. */
  void loses(long sequence, long entries, long reports) {
    parts.locked(() -> {
      parts.losses.evicted(sequence, entries, reports, "their files are gone");
      parts.losses.end();
    });
  }

  /** What was lost of the current stream before the queue was opened. */
  public Lost lostBefore() {
    return parts.lostBefore;
  }

  /** Syncs meanwhile as the settings ask. */
  @Override
  public void idle(long waitNs) {
    long deadlineNs = System.nanoTime() + waitNs;
    boolean well = due.now();
    long restNs = deadlineNs - System.nanoTime();
    while (well && restNs > 0 && arrivals.await(due::dueInNs, restNs)) {
      well = due.now();
      restNs = deadlineNs - System.nanoTime();
    }
    arrivals.await(() -> Long.MAX_VALUE, deadlineNs - System.nanoTime());
  }

  /**
   * Makes all durable that was appended before. The courier's thread; may take seconds.
   *
   * @throws IOException if some of it is not durable; the next call tries again
   */
  public void sync() throws IOException {
    courier.lock();
    try {
      due.syncNow();
    } finally {
      courier.unlock();
      due.now();
    }
  }

  /** Ends the wait of a {@link #head} that is under way, or of the next. Any thread. */
  public void nudge() {
    arrivals.nudge();
  }

  /** The entry of the current stream appended last, even if it was removed; none if there is none or it is damaged. */
  public Optional<Entry> newest() {
    return parts.locked(() -> Optional.ofNullable(parts.newestOfStream()));
  }

  /** The schemas that the entries need. */
  public SchemaShelf schemas() {
    return parts.schemas;
  }

  /** What is not yet removed. */
  public Waiting waiting() {
    return parts.locked(parts::waiting);
  }

  /** How many entries are not yet removed. */
  public long entries() {
    return waiting().entries();
  }

  /** How much room the segments take on disk, spares among them, in bytes. */
  public long sizeBytes() {
    return parts.locked(parts.segments::allocatedBytes);
  }

  /** When the oldest of them was stored, as {@link Waiting#oldestNs}. */
  public long oldestNs() {
    return waiting().oldestNs();
  }

  /** What was lost of the current stream since that began. */
  Lost lost() {
    return parts.locked(parts::lost);
  }

  /** Entries above a sequence that were never handed out. */
  List<Entry> neverHandedOut(long above, long atMostBytes) throws IOException {
    courier.lock();
    try {
      due.syncNow();
      return leaving.neverHandedOut(above, atMostBytes);
    } finally {
      courier.unlock();
    }
  }

  /** What was never handed out went elsewhere, and nothing is appended any more; what was goes on until it is removed. */
  void endAfterHandedOut() {
    parts.locked(() -> removal.passOver(removal.handedThrough() + 1, parts.next));
    streamEnds();
  }

  /** What is written now goes elsewhere: what is lost here is in no ledger. */
  void streamEnds() {
    parts.locked(parts.losses::streamEnds);
  }

  /** Nothing of it will be delivered. */
  void evictAll(String why) {
    parts.locked(() -> {
      removal.takeBack();
      removal.evictThrough(parts.next - 1, writer.reports(), SegmentFormat.Thinned.NEVER, why);
    });
  }

  /** All that is left, to go on elsewhere. Any thread. */
  Leaving.Saved left() throws IOException {
    courier.lock();
    try {
      due.syncNow();
      return leaving.all();
    } finally {
      courier.unlock();
    }
  }

  boolean isInMemory() {
    return !(parts.directory instanceof DirectoryLock);
  }

  /** Gives the queue up as it is on the disk. */
  Leaving.Rest leave() {
    return givenUp(leaving::rest);
  }

  /** Gives the queue up, whose files are gone. */
  Leaving.Saved leaveNothing() {
    return givenUp(leaving::saved);
  }

  private <T> T givenUp(Supplier<T> what) {
    courier.lock();
    try {
      T left;
      lock.lock();
      try {
        removal.takeBack();
        left = what.get();
      } finally {
        lock.unlock();
      }
      end();
      leaving.close();
      return left;
    } finally {
      courier.unlock();
    }
  }

  /**
   * Appends entries of a queue that goes on in this one, with their sequences; what is missing between them is counted.
   *
   * @param areOut whether they may be out with the courier
   */
  void goOn(Leaving.Saved saved, boolean areOut) {
    lock.lock();
    try {
      List<StoredEntry> out = new ArrayList<>();
      for (Entry each : saved.entries()) {
        removal.passOver(parts.next, each.sequence());
        out.add(new StoredEntry(each, writer.reports(), true));
        add(each);
      }
      if (areOut) {
        removal.handOut(out);
      }
    } finally {
      lock.unlock();
    }
    upkeep.forceCursor();
  }

  /** No sequence through this one is given any more. */
  void startAfter(long sequence) {
    parts.locked(() -> {
      removal.passOver(parts.next, sequence + 1);
      parts.next = Math.max(parts.next, sequence + 1);
    });
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
      if (parts.locked(due::isEnded)) {
        return;
      }
      try {
        due.makeRoom();
        parts.syncer.sync();
      } finally {
        end();
        upkeep.forceCursor();
        parts.backlog.reset();
        upkeep.close();
        parts.directory.close();
        parts.state.ended();
      }
    } finally {
      courier.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      due.ended();
      removal.takeBack();
      writer.drop();
      parts.losses.end();
      arrivals.close();
    } finally {
      lock.unlock();
    }
  }
}
