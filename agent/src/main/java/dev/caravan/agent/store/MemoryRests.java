package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.wire.MemoryRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues of runs in memory, and what is left of them once the disk is there: entries that were sent and not settled keep their
 * sequences and their stream, so they go into a queue of their own, in a directory {@code memory-} with the number of the run in hex below the
 * disk's, until nothing is left of it.
 *
 * <p>The courier's thread, or before it begins and once it has ended.
 */
final class MemoryRests {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final String PREFIX = "memory-";

  private final StoreSettings settings;
  private final String name;
  private final Keeper keeper;
  private final Timeline timeline;
  private final Health health;
  private final Disk disk;
  private final SchemaShelf schemas;

  private volatile @Nullable DiskQueue first;

  MemoryRests(
      StoreSettings settings,
      String name,
      Keeper keeper,
      Timeline timeline,
      Health health,
      Disk disk,
      SchemaShelf schemas) {
    this.settings = settings;
    this.name = name;
    this.keeper = keeper;
    this.timeline = timeline;
    this.health = health;
    this.disk = disk;
    this.schemas = schemas;
  }

  /** A new run. */
  DiskQueue begin() {
    schemas.stayInMemory();
    long begin = MemoryRun.begin();
    StoreSettings inside = settings.inMemory();
    try {
      QueueParts parts = new QueueParts(
          inside,
          name,
          keeper,
          timeline,
          health,
          new DiskState(name, timeline, new Health()),
          new RamDisk(),
          () -> {},
          schemas,
          new QueueParts.Beginning(
              new Cursor.Position(begin, 0, begin, 0, Lost.NOTHING), List.of()));
      return new DiskQueue(parts, inside, timeline);
    } catch (IOException e) {
      throw new IllegalStateException("memory fails", e);
    }
  }

  /** The one that is to be emptied before the store's queue. */
  @Nullable
  DiskQueue first() {
    return first;
  }

  /** Where an entry that is out lies, if not in the store's queue. */
  DiskQueue holding(long sequence, DiskQueue queue) {
    // before the rests, among which a run in memory goes first
    DiskQueue here = first;
    return here == null || !MemoryRun.isOne(sequence) || queue.isInMemory() ? queue : here;
  }

  /** Does something with entries, each in the queue where it lies, as far as it is not the store's. */
  void inTheirQueues(
      Collection<Long> sequences, DiskQueue queue, BiConsumer<DiskQueue, Collection<Long>> what) {
    DiskQueue here = first;
    if (here == null) {
      what.accept(queue, sequences);
      return;
    }
    what.accept(here, sequences.stream().filter(MemoryRun::isOne).toList());
    what.accept(queue, sequences.stream().filter(each -> !MemoryRun.isOne(each)).toList());
  }

  void set(@Nullable DiskQueue rest) {
    first = rest;
    schemas.keepAll(rest != null);
  }

  /** Puts on the disk what is in memory of a run that is over; false if that fails now. */
  boolean areOnDisk(DiskState state) {
    DiskQueue memory = first;
    if (memory == null || !memory.isInMemory()) {
      return true;
    }
    try {
      set(put(memory.left()));
      memory.leave();
      state.did(DiskState.Task.WRITE);
      return true;
    } catch (IOException e) {
      state.failed(DiskState.Task.WRITE, e);
      return false;
    }
  }

  /** Puts on the disk again what is in memory of one whose files are gone. */
  void remake() throws IOException {
    DiskQueue gone = first;
    if (gone != null) {
      Leaving.Saved left = gone.leaveNothing();
      set(null);
      set(put(left));
    }
  }

  /** Whoever has it out may remove it there. */
  private @Nullable DiskQueue put(Leaving.Saved left) throws IOException {
    if (left.entries().isEmpty()) {
      return null;
    }
    String run = MemoryRun.of(left.entries().get(0).sequence()).substring(1);
    DiskQueue rest = open(settings.dir().resolve(PREFIX + run), left.at());
    try {
      rest.goOn(left, true);
      rest.sync();
      return rest;
    } catch (IOException e) {
      rest.leave();
      throw e;
    }
  }

  /** The first is emptied; another on the disk takes its place. */
  void next() {
    DiskQueue emptied = first;
    if (emptied != null) {
      end(emptied);
    }
    set(found());
  }

  /** Gives up the first, which comes back with the disk. */
  void leave() {
    DiskQueue left = first;
    set(null);
    if (left != null) {
      left.leave();
    }
  }

  /** Closes the first; what is in memory and does not find its way to the disk is lost. */
  void close(DiskState state, String why) throws IOException {
    boolean survives = areOnDisk(state);
    DiskQueue rest = first;
    if (rest != null) {
      if (!survives) {
        rest.evictAll(why);
      }
      rest.close();
    }
  }

  private @Nullable DiskQueue found() {
    try {
      for (Path each : below(settings.dir())) {
        DiskQueue rest = opened(each);
        if (rest != null) {
          return rest;
        }
      }
    } catch (IOException e) {
      LOG.debug("{}: not looked through: {}", settings.dir(), Words.of(e));
    }
    return null;
  }

  /** Their directories below that of a queue, by name. */
  static List<Path> below(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(MemoryRests::isOne).sorted().toList();
    }
  }

  static boolean isOne(Path path) {
    return path.getFileName().toString().startsWith(PREFIX) && Files.isDirectory(path);
  }

  private @Nullable DiskQueue opened(Path dir) {
    try {
      if (!Spool.isSpool(dir)) {
        return null;
      }
      DiskQueue rest = open(dir, QueueParts.Beginning.NEW);
      if (rest.entries() > 0) {
        return rest;
      }
      end(rest);
    } catch (IOException e) {
      LOG.warn("{}: what is left of a run in memory stays there: {}", name, Words.of(e));
    }
    return null;
  }

  private DiskQueue open(Path dir, QueueParts.Beginning from) throws IOException {
    DiskQueue rest =
        DiskQueue.open(settings.restIn(dir), name, keeper, timeline, health, disk, schemas, from);
    rest.streamEnds();
    return rest;
  }

  /** Ends a queue of which nothing is left, with its directory. */
  private void end(DiskQueue emptied) {
    emptied.leave();
    if (emptied.isInMemory()) {
      return;
    }
    Path dir = emptied.parts.segments.dir;
    try (Stream<Path> files = Files.list(dir)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
      Files.delete(dir);
    } catch (IOException e) {
      LOG.debug("{}: an empty queue stays: {}", dir, Words.of(e));
    }
  }
}
