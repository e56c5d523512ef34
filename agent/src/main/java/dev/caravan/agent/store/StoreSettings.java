package dev.caravan.agent.store;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.List;

/**
 * How a route's entries are kept.
 *
 * @param dir where, for this route alone
 * @param home the folder above it that must be there; those between the two are made. Above a directory that is named from the
 *     root it is the next one, for that may be on a card that is not mounted; of others it is the folder of the configuration
 * @param maxBytes how much room the segments may take on disk
 * @param maxAgeNs how old an entry may become before it goes; 0 = no limit
 * @param syncIntervalNs how long an entry may wait to be made durable; 0 = none waits, {@link #NO_SYNC} = until it is
 *     sent
 * @param segmentBytes size of one segment
 * @param memoryMaxBytes how much may be held in memory while the disk takes nothing; the oldest entries go when more
 *     is needed
 * @param whenFull what goes when more room is needed than there is on disk
 */
public record StoreSettings(
    Path dir,
    Path home,
    long maxBytes,
    long maxAgeNs,
    long syncIntervalNs,
    long segmentBytes,
    long memoryMaxBytes,
    WhenFull whenFull) {
  /** Where. */
  public static final Key<Path> DIR =
      Key.path("dir").required().says("directory for this route alone; made, see above");
  /** How much. */
  public static final Key<Long> MAX_BYTES = Key.size("max_bytes", "256KiB", "1024GiB")
      .or("256MiB")
      .says("room that the segments may take on disk");
  /** How long. */
  public static final Key<Long> MAX_AGE = Key.duration("max_age", "0s", "3650d")
      .or("7d")
      .says("how old an entry may become before it goes; `0s` no limit; time before a restart "
          + "counts where the [board's clock](#the-boards-clock) is known");

  private static final Key<Long> SYNC = Key.duration("sync", "10ms", "1h")
      .orWord("each", "none")
      .or("1s")
      .says("how long an entry may wait to be made durable; `each`: none waits, `none`: until it "
          + "is sent");
  private static final Key<Long> SEGMENT = Key.size("segment", "16KiB", "64MiB")
      .limit("at most a quarter of `max_bytes`")
      .absent("1/64 of `max_bytes`, 16 KiB to 16 MiB")
      .says("size of one segment");
  private static final Key<String> WHEN_FULL = Key.oneOf(
          "when_full", "drop_oldest", "thin", "refuse")
      .or("drop_oldest")
      .says("what goes when more room is needed, and is counted as evicted: `drop_oldest`: the "
          + "oldest batches; `thin`: every second of the oldest batches, of what is left every "
          + "second again, down to every sixteenth, then the oldest, so that the time of an "
          + "outage is covered though with gaps; `refuse`: what comes in");
  private static final Key<Long> MEMORY_MAX = Key.size("memory_max", "64KiB", "1GiB")
      .or("8MiB")
      .says("what may be held in memory while the disk takes nothing or is not there; the oldest "
          + "entries go when more is needed");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(DIR, MAX_BYTES, MAX_AGE, SYNC, SEGMENT, WHEN_FULL, MEMORY_MAX);

  /** A {@link #syncIntervalNs} that asks for no sync before an entry is sent. */
  public static final long NO_SYNC = Long.MAX_VALUE;

  private static final long SMALLEST_SEGMENT = 16L << 10;
  private static final long LARGEST_SEGMENT = 16L << 20;

  /** Settings of a queue that drops its oldest entries when it is full. */
  public StoreSettings(
      Path dir,
      long maxBytes,
      long maxAgeNs,
      long syncIntervalNs,
      long segmentBytes,
      long memoryMaxBytes) {
    this(
        dir,
        above(dir),
        maxBytes,
        maxAgeNs,
        syncIntervalNs,
        segmentBytes,
        memoryMaxBytes,
        WhenFull.DROP_OLDEST);
  }

  /** Those of a store of which only the directory is given. */
  public static StoreSettings usual(Path dir) {
    long maxBytes = MAX_BYTES.usual();
    return new StoreSettings(
        dir, maxBytes, MAX_AGE.usual(), SYNC.usual(), segmentBytes(maxBytes), MEMORY_MAX.usual());
  }

  /** The same with another answer to a full disk. */
  StoreSettings with(WhenFull other) {
    return new StoreSettings(
        dir, home, maxBytes, maxAgeNs, syncIntervalNs, segmentBytes, memoryMaxBytes, other);
  }

  /** The same; where it lies below another queue, what must be there is what must be there for that. */
  public StoreSettings besides(StoreSettings other) {
    Path under = dir.startsWith(other.dir) ? other.home : home;
    return new StoreSettings(
        dir, under, maxBytes, maxAgeNs, syncIntervalNs, segmentBytes, memoryMaxBytes, whenFull);
  }

  /** Of a queue that lies in memory itself: the oldest go when it is full. */
  StoreSettings inMemory() {
    long most = Math.max(memoryMaxBytes, 256 << 10);
    return new StoreSettings(
        dir, home, most, maxAgeNs, NO_SYNC, most / 16, most / 16, WhenFull.DROP_OLDEST);
  }

  /** Of a queue of what is left of one in memory, in a directory below this one's. */
  StoreSettings restIn(Path below) {
    StoreSettings inside = inMemory();
    return new StoreSettings(
        below,
        dir,
        inside.maxBytes * 2,
        maxAgeNs,
        syncIntervalNs,
        inside.segmentBytes,
        inside.memoryMaxBytes,
        WhenFull.DROP_OLDEST);
  }

  private static Path above(Path dir) {
    Path absolute = dir.toAbsolutePath();
    Path above = absolute.getParent();
    return above == null ? absolute : above;
  }

  private static Path home(Node node, Path dir) {
    boolean isFromRoot = !node.isPresent() || Path.of(node.text()).isAbsolute();
    return isFromRoot ? above(dir) : node.folder();
  }

  /** Reads the mapping {@code store} of a route. */
  public static StoreSettings from(Node node) {
    Path dir = node.at(DIR).path(Path.of(""));
    if (!node.at(DIR).isPresent()) {
      node.at(DIR).fault("missing; want a directory for this route alone");
    }
    long maxBytes = node.get(MAX_BYTES);
    long maxAgeNs = node.get(MAX_AGE);
    long segmentBytes = node.find(SEGMENT).orElse(segmentBytes(maxBytes));
    if (segmentBytes > maxBytes / 4) {
      node.at(SEGMENT)
          .fault("want at most a quarter of max_bytes, " + maxBytes / 4 + "B, got " + segmentBytes
              + "B");
    }
    long memoryMaxBytes = node.get(MEMORY_MAX);
    StoreSettings settings = new StoreSettings(
        dir,
        home(node.at(DIR), dir),
        maxBytes,
        maxAgeNs,
        syncIntervalNs(node),
        segmentBytes,
        memoryMaxBytes,
        whenFull(node.get(WHEN_FULL)));
    node.refuseUnknownKeys();
    return settings;
  }

  private static WhenFull whenFull(String word) {
    return switch (word) {
      case "thin" -> WhenFull.THIN;
      case "refuse" -> WhenFull.REFUSE;
      default -> WhenFull.DROP_OLDEST;
    };
  }

  private static long syncIntervalNs(Node store) {
    return store.says(SYNC, "each") ? 0 : store.says(SYNC, "none") ? NO_SYNC : store.get(SYNC);
  }

  /** The size of segments where none is given: 1/64 of the room, from 16 KiB to 16 MiB. */
  static long segmentBytes(long maxBytes) {
    long share = Long.highestOneBit(Math.max(1, maxBytes / 64));
    return Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, share));
  }
}
