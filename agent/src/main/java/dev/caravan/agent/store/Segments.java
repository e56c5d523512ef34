package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a queue in their order, and the spares: files already filled with zeros or with what is no longer
 * needed, so that a record written over them needs no new block and no change of the file's length on the device.
 *
 * <p>Guarded by the queue's lock; the methods that say so touch nothing of it and run outside.
 */
final class Segments {
  private static final int SPARES_KEPT = 4;
  // Small pieces: the kernel then keeps the file in small pages and writes no more than the changed
  // ones.
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(4096).asReadOnlyBuffer();

  final Path dir;
  private final Disk disk;
  private final StoreSettings settings;
  private final Timeline timeline;
  private final TreeMap<Long, Segment> inOrder = new TreeMap<>();
  private final ArrayDeque<Path> spares = new ArrayDeque<>();
  private long allocatedBytes;
  private long spareNumber;
  private boolean namesChanged;

  Segments(Disk disk, StoreSettings settings, Timeline timeline) {
    this.dir = settings.dir();
    this.disk = disk;
    this.settings = settings;
    this.timeline = timeline;
  }

  void add(Segment segment) {
    inOrder.put(segment.first, segment);
    allocatedBytes += segment.capacityBytes;
  }

  /** Takes a segment out; its file stays, and counts, until {@link #dropped} or {@link #addSpare}. */
  void remove(Segment segment) {
    inOrder.remove(segment.first);
  }

  void dropped(long capacityBytes) {
    allocatedBytes -= capacityBytes;
  }

  /** A file of the usual size to use again; it counts already if it was a segment. */
  void addSpare(Path spare, boolean counted) {
    spares.add(spare);
    allocatedBytes += counted ? 0 : settings.segmentBytes();
  }

  /** Forgets those spares that are not there any more. */
  void keepSpares(Set<String> names) {
    if (spares.removeIf(each -> !names.contains(each.getFileName().toString()))) {
      allocatedBytes = settings.segmentBytes() * spares.size()
          + inOrder.values().stream().mapToLong(each -> each.capacityBytes).sum();
    }
  }

  boolean wantsSpare() {
    return spares.size() < SPARES_KEPT;
  }

  boolean hasSpare() {
    return !spares.isEmpty();
  }

  /** What an entry below {@code next} takes on average, with what stands around it. */
  double averageBytes(long next) {
    Segment first = oldest();
    long bytes = 0;
    for (Segment each : inOrder.values()) {
      bytes += each.endBytes - SegmentFormat.HEADER_BYTES;
    }
    return first == null ? 0 : (double) bytes / Math.max(1, next - first.first);
  }

  long allocatedBytes() {
    return allocatedBytes;
  }

  @Nullable
  Segment oldest() {
    var entry = inOrder.firstEntry();
    return entry == null ? null : entry.getValue();
  }

  /** The segment that holds a sequence, or where it is in a hole or gone the nearest. */
  @Nullable
  Segment holding(long sequence) {
    var entry = inOrder.floorEntry(sequence);
    return entry == null ? oldest() : entry.getValue();
  }

  @Nullable
  Segment after(Segment segment) {
    var entry = inOrder.higherEntry(segment.first);
    return entry == null ? null : entry.getValue();
  }

  /** Whether a later segment holds an entry that is durable, and so can tell the sequence once this one is gone. */
  boolean hasDurableAfter(Segment segment, long durableThrough) {
    for (Segment each : inOrder.tailMap(segment.first, false).values()) {
      if (each.first > durableThrough) {
        return false;
      }
      if (!each.hollow) {
        return true;
      }
    }
    return false;
  }

  List<Segment> all() {
    return new ArrayList<>(inOrder.values());
  }

  boolean roomForOneMore(long capacityBytes) {
    return allocatedBytes + capacityBytes <= settings.maxBytes();
  }

  /**
   * Begins a segment for a first record of so many bytes, on a spare if there is one that is large enough; the caller
   * has made room. It is not durable, nor is its name.
   */
  Segment begin(long first, long reportsBefore, long recordBytes) throws IOException {
    long capacityBytes =
        Math.max(settings.segmentBytes(), SegmentFormat.HEADER_BYTES + recordBytes);
    Path path = dir.resolve(SegmentFormat.name(first));
    boolean usesSpare = hasSpare() && capacityBytes == settings.segmentBytes();
    SegmentFormat header =
        new SegmentFormat(first, timeline.nowNs(), reportsBefore, SegmentFormat.Thinned.NEVER);
    if (usesSpare) {
      Path spare = spares.remove();
      allocatedBytes -= capacityBytes;
      disk.move(spare, path);
    }
    namesChanged = true;
    Segment segment = new Segment(path, header, capacityBytes);
    try {
      segment.file = usesSpare ? disk.open(path) : filled(disk, path, capacityBytes);
      writeFully(segment.file, header.encode(), 0);
    } catch (IOException e) {
      discard(segment);
      throw e;
    }
    segment.schemas = new HashSet<>();
    segment.dirty = true;
    add(segment);
    return segment;
  }

  /** Whether a name was given since this was asked last. */
  boolean takeNamesChanged() {
    boolean changed = namesChanged;
    namesChanged = false;
    return changed;
  }

  /** The names are not durable after all. */
  void namesStillChanged() {
    namesChanged = true;
  }

  /** Deletes the file of a segment that was taken out. */
  void discardRemoved(Segment segment) throws IOException {
    dropped(segment.capacityBytes);
    segment.closeFile();
    disk.delete(segment.path);
  }

  /** Deletes a segment that holds nothing, as well as it can be done. */
  void discard(Segment segment) {
    if (inOrder.get(segment.first) == segment) {
      remove(segment);
      dropped(segment.capacityBytes);
    }
    try {
      segment.closeFile();
      disk.delete(segment.path);
    } catch (IOException e) {
      // an empty segment that stays behind is deleted at the next opening
      segment.sealed = true;
    }
  }

  /** Gives the entries of a segment that is to be written, one by one. */
  interface Content {
    void give(Backlog.Taker to) throws IOException;
  }

  /** A sealed segment of some entries, durable, without its name and not yet in the order; runs outside of the lock. */
  Segment written(SegmentFormat header, Content content) throws IOException {
    Path path = dir.resolve(SegmentFormat.name(header.first()));
    Path part = part(path);
    disk.delete(part);
    Disk.File file = disk.open(part);
    try (file) {
      Segment fresh = new Segment(path, header, 0);
      writeFully(file, header.encode(), 0);
      content.give(each -> {
        ByteBuffer record = ByteBuffer.allocate((int) RecordFormat.recordBytes(each.entry()));
        RecordFormat.encode(each, record);
        writeFully(file, record, fresh.endBytes);
        fresh.endBytes += record.capacity();
      });
      file.force();
      fresh.capacityBytes = fresh.endBytes;
      fresh.sealed = true;
      return fresh;
    } catch (IOException e) {
      disk.delete(part);
      throw e;
    }
  }

  /** Gives such a segment its name, which is not durable; runs outside of the lock. */
  void named(Segment written) throws IOException {
    disk.move(part(written.path), written.path);
  }

  private static Path part(Path path) {
    return path.resolveSibling(path.getFileName() + SegmentFormat.PART);
  }

  /** Lets a segment take the place of another of the same first sequence. */
  void replace(Segment old, Segment fresh) {
    remove(old);
    dropped(old.capacityBytes);
    fresh.last = old.last;
    fresh.schemas = old.schemas;
    add(fresh);
  }

  /** How many entries were taken out of the segments above a sequence. */
  long thinnedAbove(long sequence) {
    return inOrder.tailMap(sequence, false).values().stream()
        .mapToLong(each -> each.thinned.entries())
        .sum();
  }

  /** The name of the next spare. */
  Path spareName() {
    return dir.resolve(String.format("%020d%s", ++spareNumber, SegmentFormat.SPARE));
  }

  /** Makes a file of zeros; runs outside of the lock. */
  static Disk.File filled(Disk disk, Path path, long bytes) throws IOException {
    Disk.File file = disk.open(path);
    try {
      for (long at = 0; at < bytes; at += ZEROS.capacity()) {
        int piece = (int) Math.min(ZEROS.capacity(), bytes - at);
        writeFully(file, ZEROS.slice(0, piece), at);
      }
      return file;
    } catch (IOException e) {
      file.close();
      disk.delete(path);
      throw e;
    }
  }

  static void writeFully(Disk.File file, ByteBuffer from, long at) throws IOException {
    long start = at - from.position();
    while (from.hasRemaining()) {
      file.write(from, start + from.position());
    }
  }
}
