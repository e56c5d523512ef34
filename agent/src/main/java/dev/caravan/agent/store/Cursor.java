package dev.caravan.agent.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a queue was emptied, in the file {@code cursor}, format version 2. Two slots, at 0 and at 4096, are written in
 * turn, so that a torn write leaves the other one; the whole slot with the higher count is taken. Numbers are big-endian.
 *
 * <pre>
 *   0  4  magic "CVCU"
 *   4  2  version, 2
 *   6  2  zero
 *   8  8  count of writes
 *  16  8  highest sequence removed; 0 if none
 *  24  8  reports in all written entries up to it
 *  32  8  highest sequence up to which all entries were durable, or counted as lost, when this was written; 0 if none
 *  40  4  reports in entries up to that one which were dropped, and none behind them was written; 2^32 - 1 for more
 *  44  4  CRC32C of bytes 0..43
 *  48  8  entries evicted since the queue was made
 *  56  8  reports in them
 *  64  8  entries rejected since then
 *  72  8  reports in them
 *  80  4  CRC32C of bytes 0..79
 *  84  8  reports in all written entries up to the one at 32
 *  92  4  CRC32C of bytes 0..91; where it does not hold, those reports are not known
 * </pre>
 *
 * <p>Version 1 ends at 48, and is read too. What was lost goes with how far the queue was emptied, so that neither is known
 * without the other after a power cut.
 *
 * <p>The courier's thread uses it. After a failed write or force the file is given up and a new one takes its name.
 */
final class Cursor implements Closeable {
  private static final String NAME = "cursor";
  private static final int MAGIC = 0x43564355;
  private static final int VERSION = 2;
  private static final int FIRST_VERSION = 1;
  private static final int FIRST_SLOT_BYTES = 48;
  private static final int SECOND_SLOT_BYTES = 84;
  private static final int SLOT_BYTES = 96;
  private static final int SECOND_AT = 4096;

  /** What is kept. */
  record Position(
      long removedThrough,
      long reportsRemoved,
      long durableThrough,
      long reportsDropped,
      Lost lost,
      long reportsDurable) {
    static final Position START = new Position(0, 0, 0, 0, Lost.NOTHING);

    Position(
        long removedThrough,
        long reportsRemoved,
        long durableThrough,
        long reportsDropped,
        Lost lost) {
      this(removedThrough, reportsRemoved, durableThrough, reportsDropped, lost, reportsRemoved);
    }

    /**
     * What is before the oldest segment left was evicted to make room since this was written, or its file was deleted; what of it
     * was not of the current stream is not counted.
     */
    Position caughtUpWith(@Nullable Segment oldest, boolean isKnown, StreamBook.Stretch current) {
      long through = oldest == null ? durableThrough : oldest.first - 1;
      if (through <= removedThrough) {
        return this;
      }
      long reports =
          Math.max(reportsRemoved, oldest == null ? reportsDurable : oldest.reportsBefore);
      long entriesLost = through - Math.max(removedThrough, current.first() - 1);
      long reportsLost = reports - Math.max(reportsRemoved, current.reportsBefore());
      Lost all = isKnown && entriesLost > 0
          ? lost.andEvicted(entriesLost, Math.max(0, reportsLost))
          : lost;
      return new Position(through, reports, durableThrough, reportsDropped, all, reportsDurable);
    }

    Position andEvicted(long entries, long reports) {
      return new Position(
          removedThrough,
          reportsRemoved,
          durableThrough,
          reportsDropped,
          lost.andEvicted(entries, reports),
          reportsDurable);
    }
  }

  private final Disk disk;
  private final Path dir;
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private long count;
  private Position written = Position.START;
  private boolean unforced;

  // until a write to it fails
  private Disk.@Nullable File file;

  // which file it is
  private @Nullable Object identity;

  private Cursor(Disk disk, Path dir) {
    this.disk = disk;
    this.dir = dir;
  }

  static Path path(Path dir) {
    return dir.resolve(NAME);
  }

  /**
   * Reads the cursor of a directory; {@code from} if there is none or neither slot is whole.
   *
   * @throws IOException if it is of a version that this program does not know, or cannot be read
   */
  static Cursor open(Disk disk, Path dir, Position from) throws IOException {
    Cursor cursor = openToRead(disk, dir);
    if (cursor.count > 0) {
      cursor.file = disk.open(path(dir));
      cursor.identity = disk.identity(path(dir));
    } else {
      cursor.written = from;
    }
    return cursor;
  }

  /** The same, to look at. */
  static Cursor openToRead(Disk disk, Path dir) throws IOException {
    Cursor cursor = new Cursor(disk, dir);
    if (disk.names(dir).contains(NAME)) {
      try (Disk.File file = disk.openToRead(path(dir))) {
        cursor.read(file, 0);
        cursor.read(file, SECOND_AT);
      }
    }
    return cursor;
  }

  private void read(Disk.File from, long at) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(SLOT_BYTES);
    int got = 0;
    while (in.hasRemaining() && got >= 0) {
      got = from.read(in, at + in.position());
    }
    if (in.position() < FIRST_SLOT_BYTES
        || in.getInt(0) != MAGIC
        || in.getInt(44) != RecordFormat.crc(in, 0, 44)) {
      return;
    }
    int version = in.getShort(4);
    if (version == VERSION
        && (in.position() < SECOND_SLOT_BYTES || in.getInt(80) != RecordFormat.crc(in, 0, 80))) {
      return;
    }
    if (version != VERSION && version != FIRST_VERSION) {
      throw new UnfitStoreException("read " + path(dir) + ": version=" + in.getShort(4) + "; want "
          + VERSION + ", was it written by a newer program?");
    }
    if (in.getLong(8) > count) {
      count = in.getLong(8);
      Lost lost = version == FIRST_VERSION
          ? Lost.NOTHING
          : new Lost(in.getLong(48), in.getLong(56), in.getLong(64), in.getLong(72));
      written = new Position(
          in.getLong(16),
          in.getLong(24),
          in.getLong(32),
          Integer.toUnsignedLong(in.getInt(40)),
          lost,
          !in.hasRemaining() && in.getInt(92) == RecordFormat.crc(in, 0, 92)
              ? in.getLong(84)
              : in.getLong(24));
    }
  }

  /** Whether there is one. */
  boolean isThere() {
    return count > 0;
  }

  /** Whether its file is not there, or another is in its place. */
  boolean isGone() throws IOException {
    return isThere() && !Objects.equals(identity, disk.identity(path(dir)));
  }

  /** Its file is gone: a new one is made. */
  void gone() throws IOException {
    giveUp();
  }

  /** What was written last. */
  Position position() {
    return written;
  }

  /** Writes a position, without making it durable. */
  void write(Position position) throws IOException {
    if (position.equals(written) && file != null) {
      return;
    }
    if (file == null) {
      replace(position);
      return;
    }
    count++;
    try {
      writeSlot(file, position);
    } catch (IOException e) {
      giveUp();
      throw e;
    }
    written = position;
    unforced = true;
  }

  /** Makes what was written durable. */
  void force() throws IOException {
    if (file == null) {
      replace(written);
    } else if (unforced) {
      try {
        file.force();
        unforced = false;
      } catch (IOException e) {
        giveUp();
        throw e;
      }
    }
  }

  /** A new file, durable before it has the name. */
  private void replace(Position position) throws IOException {
    count++;
    Path part = dir.resolve(NAME + SegmentFormat.PART);
    disk.delete(part);
    Disk.File fresh = disk.open(part);
    try {
      writeSlot(fresh, position);
      fresh.force();
      disk.move(part, path(dir));
      disk.forceNames(dir);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    file = fresh;
    identity = disk.identity(path(dir));
    written = position;
    unforced = false;
  }

  private void writeSlot(Disk.File to, Position position) throws IOException {
    slot.clear();
    slot.putInt(MAGIC).putShort((short) VERSION).putShort((short) 0).putLong(count);
    slot.putLong(position.removedThrough).putLong(position.reportsRemoved);
    slot.putLong(position.durableThrough)
        .putInt((int) Math.min(0xFFFF_FFFFL, position.reportsDropped));
    slot.putInt(RecordFormat.crc(slot, 0, 44));
    Lost lost = position.lost;
    slot.putLong(lost.entriesEvicted()).putLong(lost.reportsEvicted());
    slot.putLong(lost.entriesRejected()).putLong(lost.reportsRejected());
    slot.putInt(RecordFormat.crc(slot, 0, 80));
    slot.putLong(position.reportsDurable);
    slot.putInt(RecordFormat.crc(slot, 0, 92)).flip();
    long at = count % 2 == 0 ? 0 : SECOND_AT;
    while (slot.hasRemaining()) {
      to.write(slot, at + slot.position());
    }
  }

  private void giveUp() throws IOException {
    Disk.File failed = file;
    file = null;
    if (failed != null) {
      failed.close();
    }
  }

  @Override
  public void close() throws IOException {
    giveUp();
  }
}
