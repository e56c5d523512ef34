package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a queue as the queue knows it; the bytes are {@link SegmentFormat}'s and {@link RecordFormat}'s.
 *
 * <p>Guarded by the queue's lock, but for {@link #file}, which the courier's thread may force, and once the segment is
 * sealed close, outside of it.
 */
final class Segment {
  final Path path;
  final long first;
  final long timeNs;

  /** Reports in all entries written before; -1 if the header is damaged. */
  final long reportsBefore;

  /** What was taken out of it. */
  final SegmentFormat.Thinned thinned;

  /** What it takes of the allowance. */
  long capacityBytes;

  /** Where the next record goes; the length of the file for one of an earlier run that ended before its end. */
  long endBytes;

  /** Highest sequence in it; one less than {@link #first} while it is empty. */
  long last;

  /** Nothing in it can be read: what was begun in it did not survive a power cut. */
  boolean hollow;

  /** The disk did not give what is in it. */
  boolean unreadable;

  /** No more is appended. */
  boolean sealed;

  /** Something in it may not be durable. */
  boolean dirty;

  /** A force failed: what is not durable must be written anew elsewhere. */
  boolean suspect;

  /** Its file was deleted, or another took its place: what is in memory of it must be written anew. */
  boolean deleted;

  /** Which file it is, once it was looked at. */
  @Nullable
  Object identity;

  /** The schemas that its entries need; nothing where that is not known. */
  @Nullable
  Set<Bytes> schemas;

  /** To append and force; closed when the segment is sealed and durable. */
  Disk.@Nullable File file;

  Segment(Path path, SegmentFormat header, long capacityBytes) {
    this.path = path;
    this.first = header.first();
    this.timeNs = header.timeNs();
    this.reportsBefore = header.reportsBefore();
    this.thinned = header.thinned();
    this.capacityBytes = capacityBytes;
    this.endBytes = SegmentFormat.HEADER_BYTES;
    this.last = first - 1;
  }

  /** Writes a record, in one call if the file takes it whole. */
  void append(ByteBuffer record, long sequence) throws IOException {
    Disk.File to = java.util.Objects.requireNonNull(file);
    long startBytes = record.position();
    dirty = true;
    while (record.hasRemaining()) {
      to.write(record, endBytes + record.position() - startBytes);
    }
    endBytes += record.position() - startBytes;
    last = sequence;
  }

  void closeFile() throws IOException {
    Disk.File open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
