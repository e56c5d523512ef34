package dev.caravan.agent.store;

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
    long maxBytes = 256L << 20;
    return new StoreSettings(
        dir, maxBytes, 7 * 86_400_000_000_000L, 1_000_000_000L, segmentBytes(maxBytes), 8L << 20);
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
    Path dir = node.at("dir").path(Path.of(""));
    if (!node.at("dir").isPresent()) {
      node.at("dir").fault("missing; want a directory for this route alone");
    }
    long maxBytes = node.at("max_bytes").sizeBytes("256KiB", "1024GiB", "256MiB");
    long maxAgeNs = node.at("max_age").durationNs("0s", "3650d", "7d");
    long segmentBytes = segmentBytes(maxBytes);
    Node segment = node.at("segment");
    if (segment.isPresent()) {
      segmentBytes = segment.sizeBytes("16KiB", "64MiB", "4MiB");
      if (segmentBytes > maxBytes / 4) {
        segment.fault("want at most a quarter of max_bytes, " + maxBytes / 4 + "B, got "
            + segmentBytes + "B");
      }
    }
    long memoryMaxBytes = node.at("memory_max").sizeBytes("64KiB", "1GiB", "8MiB");
    StoreSettings settings = new StoreSettings(
        dir,
        home(node.at("dir"), dir),
        maxBytes,
        maxAgeNs,
        syncIntervalNs(node.at("sync")),
        segmentBytes,
        memoryMaxBytes,
        whenFull(node.at("when_full")));
    node.refuseUnknownKeys();
    return settings;
  }

  private static WhenFull whenFull(Node node) {
    return switch (node.oneOf(List.of("drop_oldest", "thin", "refuse"), "drop_oldest")) {
      case "thin" -> WhenFull.THIN;
      case "refuse" -> WhenFull.REFUSE;
      default -> WhenFull.DROP_OLDEST;
    };
  }

  private static long syncIntervalNs(Node sync) {
    String word = sync.text("1s");
    return switch (word) {
      case "each" -> 0;
      case "none" -> NO_SYNC;
      default -> sync.durationNs("10ms", "1h", "1s");
    };
  }

  /** The size of segments where none is given: 1/64 of the room, from 16 KiB to 16 MiB. */
  static long segmentBytes(long maxBytes) {
    long share = Long.highestOneBit(Math.max(1, maxBytes / 64));
    return Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, share));
  }
}
