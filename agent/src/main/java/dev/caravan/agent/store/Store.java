package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.wire.MemoryRun;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of a route: in a {@link DiskQueue}, or while its disk is not there, read-only, full or broken in a queue in
 * memory, which the part {@code store} of the health tells. What is in memory leaves as it does from the disk, with sequences of
 * its own ({@link MemoryRun}). Once the disk takes entries, those that were never sent go to it, as new ones, and all others
 * leave first ({@link MemoryRests}).
 *
 * <p>A disk that has taken nothing for {@value #PATIENCE_S} s is given up until it does; what was on it comes with it. If the
 * directory was deleted, it is made again and goes on with what is in memory; if what it lies in is gone too, a card was pulled,
 * and nothing is made in its place.
 *
 * <p>Threads: as in {@link DiskQueue}; {@link #goOver} by the pipeline's.
 */
public final class Store implements LendingQueue, AutoCloseable {
  /** An opened disk, to which all but what comes now has gone. */
  private record Found(DiskQueue queue, Retelling retelling, long movedThrough) {}

  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final String ENDED = "the agent ends while they are in memory only";
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long PATIENCE_S = 10;
  private static final long OPENING_MS = 5_000;
  private static final long WINDOW_NS = SECOND_NS / 50;
  private static final long MOVED_BYTES = 1 << 20;

  private final Disk disk;
  private final StoreSettings settings;
  private final String name;
  private final Keeper keeper;
  private final Timeline timeline;
  private final Health health;
  private final Part part;
  private final SchemaShelf schemas;
  private final MemoryRests rests;
  private final LeftDisk left = new LeftDisk();
  private final DiskAbsence absence;
  private final Opening opening;

  /** Guards which queue is in use, against an append that is under way. */
  private final Object turn = new Object();

  private volatile DiskQueue queue;
  private volatile @Nullable Found found;

  /** Tells what is appended, once another stream has begun and until the pipeline goes over to it. */
  private volatile @Nullable Retelling changed;

  private volatile Reteller reteller = (newest, lost) -> Entry::body;

  private volatile boolean inMemory;

  // the courier's thread
  private long lookedNs;

  /** {@code openingMs} is how long is waited for a disk that does not answer. */
  Store(
      StoreSettings settings,
      String name,
      Keeper keeper,
      Timeline timeline,
      Health health,
      Disk disk,
      long openingMs)
      throws UnfitStoreException {
    this.disk = disk;
    this.settings = settings;
    this.name = name;
    this.keeper = keeper;
    this.timeline = timeline;
    this.health = health;
    this.part = health.part("store", name);
    this.absence = new DiskAbsence(settings, name, timeline, part);
    this.schemas = new SchemaShelf(settings.dir().resolve("schemas"));
    this.rests = new MemoryRests(settings, name, keeper, timeline, health, disk, schemas);
    this.opening = new Opening(name, settings.dir(), openingMs);
    DiskQueue opened;
    try {
      opened = opened();
    } catch (UnfitStoreException e) {
      throw e;
    } catch (IOException e) {
      opened = rests.begin();
      remember(e);
    }
    this.queue = opened;
    if (!inMemory) {
      LOG.info("{}: store open: {}, dir={}", name, opened.parts.extent(), settings.dir());
      rests.next();
    }
  }

  /**
   * Opens a store; in memory if its disk cannot be used now.
   *
   * @param name names it in counters and in the log
   * @param keeper whose streams are written
   * @throws UnfitStoreException if its directory is another's, or of a newer program
   */
  public static Store open(
      StoreSettings settings, String name, Keeper keeper, Timeline timeline, Health health)
      throws UnfitStoreException {
    return new Store(settings, name, keeper, timeline, health, new OsDisk(), OPENING_MS);
  }

  private DiskQueue opened() throws IOException {
    DiskQueue opened = opening.open(() -> {
      if (left.isElsewhere(settings.dir()) && !isSpool()) {
        throw new IOException("the disk of " + settings.dir() + " was taken away");
      }
      return DiskQueue.open(
          settings, name, keeper, timeline, health, disk, schemas, QueueParts.Beginning.NEW);
    });
    try {
      if (opened.parts.upkeep.lacksSpare()) {
        throw new IOException("open " + settings.dir() + ": no room for a segment of "
            + settings.segmentBytes() + "B");
      }
      schemas.goToDisk();
      return opened;
    } catch (IOException e) {
      opened.leave();
      throw e;
    }
  }

  private void remember(IOException e) {
    inMemory = true;
    absence.because(e);
  }

  /** How entries that were not sent are told anew when they go to the disk; as they are, if this is not called. */
  public void retellBy(Reteller how) {
    reteller = how;
  }

  /** Keeps the schema of an entry that is appended next. The pipeline's thread. */
  public void keep(Bytes schemaId, Bytes content) {
    queue.parts.state.tries(DiskState.Task.SCHEMA, () -> schemas.put(schemaId, content));
  }

  @Override
  public Place place(long sequence) {
    return rests.holding(sequence, queue).place(sequence);
  }

  /** The stream that is written now; another one while all is in memory. Any thread. */
  public StreamId stream() {
    return queue.parts.streams.current().stream();
  }

  /** Whose stream it is. */
  public StreamOwner owner() {
    return keeper.owner();
  }

  /** Whether all is in memory now. Any thread. */
  public boolean isInMemory() {
    return inMemory;
  }

  /** The schemas that the entries need. */
  public SchemaShelf schemas() {
    return schemas;
  }

  /**
   * Appends an entry. The pipeline's thread.
   *
   * @see DiskQueue#append
   */
  public long append(int reports, Bytes schemaId, Bytes body) {
    synchronized (turn) {
      Retelling told = changed;
      Bytes fit = told == null ? body : told.retold(new Entry(0, 0, reports, schemaId, body));
      return queue.append(reports, schemaId, fit);
    }
  }

  /** Looks after the disk, a queue at a time. */
  private void tend() {
    if (found != null || !rests.areOnDisk(queue.parts.state)) {
      return;
    }
    if (inMemory) {
      if (absence.isToTry()) {
        tryDisk();
      }
    } else if (!queue.parts.isThere()) {
      loseDirectory();
    } else if (queue.parts.state.takesNothingForNs() >= PATIENCE_S * SECOND_NS) {
      goToMemory(new IOException(queue.parts.state.why()));
    } else if (timeline.monotonicNs() - lookedNs >= SECOND_NS) {
      lookedNs = timeline.monotonicNs();
      queue.parts.state.tries(DiskState.Task.SCHEMA, schemas::writeMissing);
      try {
        if (queue.parts.files.look()) {
          queue.sync();
        }
      } catch (IOException e) {
        queue.parts.state.failed(DiskState.Task.READ, e);
      }
    }
  }

  private void loseDirectory() {
    if (!Objects.equals(queue.parts.device(), DirectoryLock.deviceAbove(settings.dir()))) {
      goToMemory(new IOException("the disk of " + settings.dir() + " was taken away"));
      return;
    }
    synchronized (turn) {
      Leaving.Saved saved = queue.leaveNothing();
      try {
        if (isSpool()) {
          throw new IOException("another queue lies in place of " + settings.dir());
        }
        DiskQueue remade =
            DiskQueue.open(settings, name, keeper, timeline, health, disk, schemas, saved.at());
        schemas.goToDisk();
        remade.goOn(saved, false);
        queue = remade;
        rests.remake();
        LOG.warn(
            "{}: the directory was deleted, and is made again: dir={}, saved={}",
            name,
            settings.dir(),
            saved.entries().size());
      } catch (IOException e) {
        Leaving.Rest rest =
            new Leaving.Rest(saved.entries(), List.of(), 0, 0, saved.newestHanded());
        goOnInMemory(rest, e);
      }
    }
  }

  private boolean isSpool() throws IOException {
    return Files.isDirectory(settings.dir()) && Spool.isSpool(settings.dir());
  }

  private void goToMemory(IOException reason) {
    synchronized (turn) {
      goOnInMemory(queue.leave(), reason);
    }
  }

  private void goOnInMemory(Leaving.Rest rest, IOException reason) {
    rests.leave();
    DiskQueue memory = rests.begin();
    Retelling retelling = reteller.behind(Optional.empty(), Lost.NOTHING);
    rest.held()
        .forEach(each -> memory.append(each.reports(), each.schemaId(), retelling.retold(each)));
    changed = retelling;
    left.leave(queue, rest);
    queue = memory;
    absence.begins();
    remember(reason);
  }

  private void tryDisk() {
    try {
      DiskQueue come = opened();
      try {
        Retelling retelling = left.comes(come, reteller);
        found = new Found(come, retelling, move(come, retelling, 0));
      } catch (IOException e) {
        come.leave();
        throw e;
      }
    } catch (UnfitStoreException e) {
      goOnWithUnsure();
      remember(e);
    } catch (IOException e) {
      remember(e);
    }
  }

  private void goOnWithUnsure() {
    synchronized (turn) {
      if (left.hasUnsent()) {
        Retelling before = changed;
        Retelling retelling =
            before == null ? reteller.behind(queue.newest(), queue.lost()) : before;
        left.goOnIn(queue, retelling);
        changed = retelling;
      }
    }
  }

  /** Moves what was never handed out, above a sequence; gives the sequence of the last. */
  private long move(DiskQueue disk, Retelling retelling, long above) throws IOException {
    long moved = above;
    for (List<Entry> some = queue.neverHandedOut(moved, MOVED_BYTES);
        !some.isEmpty();
        some = queue.neverHandedOut(moved, MOVED_BYTES)) {
      for (Entry each : some) {
        disk.append(each.reports(), each.schemaId(), retelling.retold(each));
        moved = each.sequence();
      }
    }
    return moved;
  }

  /** Whether the disk has come, or another stream has begun, and {@link #goOver} is to be called. */
  public boolean isToGoOver() {
    return found != null || changed != null;
  }

  /**
   * Lets all that comes from now on go to the disk, if that has come. The pipeline's thread, between two entries.
   *
   * @return what told the entries of the stream before those that come now; nothing if the stream is the same
   */
  public Optional<Retelling> goOver() {
    synchronized (turn) {
      Found there = found;
      Retelling begun = changed;
      changed = null;
      if (there == null) {
        return Optional.ofNullable(begun);
      }
      DiskQueue memory = queue;
      try {
        move(there.queue, there.retelling, there.movedThrough);
        schemas.goToDisk();
      } catch (IOException e) {
        // the schemas are tried again; there is nothing else that may fail
        there.queue.parts.state.failed(DiskState.Task.SCHEMA, e);
      }
      memory.endAfterHandedOut();
      rests.set(memory);
      queue = there.queue;
      inMemory = false;
      absence.ends();
      found = null;
      LOG.info("{}: on disk again: dir={}, entries={}", name, settings.dir(), queue.entries());
      return Optional.of(there.retelling);
    }
  }

  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNsMost) {
    tend();
    DiskQueue first = rests.first();
    if (first != null) {
      List<Entry> rest = first.head(atMost, atMostBytes, 0);
      if (!rest.isEmpty()) {
        queue.idle(0);
        return rest;
      }
      if (first.entries() == 0) {
        rests.next();
        return head(atMost, atMostBytes, waitNsMost);
      }
    }
    if (found != null) {
      queue.idle(Math.min(WINDOW_NS, waitNsMost));
      return List.of();
    }
    DiskQueue now = queue;
    List<Entry> head = now.head(atMost, atMostBytes, waitNsMost);
    if (!head.isEmpty() && !now.parts.isThere()) {
      tend();
      return List.of();
    }
    return head;
  }

  @Override
  public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    DiskQueue first = rests.first();
    return found != null
        ? List.of()
        : (first == null ? queue : first).latest(wanted, atMost, atMostBytes);
  }

  @Override
  public void undelivered(long sequence, Lost lost) {
    rests.holding(sequence, queue).undelivered(sequence, lost);
  }

  @Override
  public void remove(Collection<Long> sequences) {
    rests.inTheirQueues(sequences, queue, DiskQueue::remove);
  }

  @Override
  public void setAside(Collection<Long> sequences) {
    rests.inTheirQueues(sequences, queue, DiskQueue::setAside);
  }

  @Override
  public void giveAgain(Collection<Long> sequences) {
    rests.inTheirQueues(sequences, queue, DiskQueue::giveAgain);
  }

  @Override
  public void idle(long waitNsMost) {
    tend();
    DiskQueue first = rests.first();
    if (first != null) {
      first.idle(0);
    }
    queue.idle(found == null ? waitNsMost : Math.min(WINDOW_NS, waitNsMost));
  }

  /** Ends the wait of a {@link #head} that is under way, or of the next. Any thread. */
  public void nudge() {
    queue.nudge();
  }

  /** The entry of the current stream appended last before the store was opened, if it is known. */
  public Optional<Entry> newest() {
    return queue.newest();
  }

  /** Reports in entries of it behind the newest that were lost before the store was opened. */
  public long lostBehindNewest() {
    return queue.parts.lostBehindNewest;
  }

  /** What was lost of the current stream since that began. */
  public Lost lost() {
    return queue.lost();
  }

  /** What was lost of it before the store was opened. */
  public Lost lostBefore() {
    return queue.lostBefore();
  }

  /** What is not yet removed. */
  public Waiting waiting() {
    DiskQueue first = rests.first();
    Waiting here = queue.waiting();
    return first == null ? here : first.waiting().and(here);
  }

  /** How many entries are not yet removed. */
  public long entries() {
    return waiting().entries();
  }

  /**
   * Makes all durable that was appended before, as {@link DiskQueue#sync}.
   *
   * @throws IOException if some of it is not durable, as nothing is while it is in memory
   */
  public void sync() throws IOException {
    queue.sync();
    if (inMemory) {
      throw new IOException(name + ": in memory alone");
    }
  }

  /**
   * Makes all durable, as {@link DiskQueue#close}; what is in memory still is lost, and counted.
   *
   * @throws IOException if some entries are not durable; everything is closed all the same
   */
  @Override
  public void close() throws IOException {
    if (inMemory && found == null) {
      tryDisk();
    }
    goOver();
    rests.close(queue.parts.state, ENDED);
    if (inMemory) {
      queue.evictAll(ENDED);
      left.isLost(queue);
    }
    opening.close();
    queue.close();
    part.set(Part.State.ENDED, "");
  }
}
