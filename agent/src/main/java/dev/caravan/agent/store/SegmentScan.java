package dev.caravan.agent.store;

import dev.caravan.agent.store.RecordFormat.Header;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one segment, oldest first, past what is damaged. A record counts only if both checksums hold and
 * its sequence is in the range asked for, so that what an earlier life of the file left behind is not taken for one.
 *
 * <p>One thread. What was looked at is kept in a window of {@value #WINDOW_BYTES} bytes, so bytes below the limit must
 * not change.
 */
final class SegmentScan implements Closeable {
  private static final int WINDOW_BYTES = 1 << 16;
  private static final int STEP_BYTES = 8;
  private static final int PAGE_BYTES = 4096;

  private final Disk.File file;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowAt;
  private long limitBytes;
  private long position = SegmentFormat.HEADER_BYTES;
  private boolean skipped;
  private boolean gaveUp;

  SegmentScan(Disk.File file, long limitBytes) {
    this.file = file;
    this.limitBytes = limitBytes;
  }

  /** Moves the end of what may be read; it only grows. */
  void limit(long bytes) {
    limitBytes = Math.max(limitBytes, bytes);
  }

  /** Where the next record begins if nothing is damaged. */
  long position() {
    return position;
  }

  /** Whether bytes were passed over before the record that {@link #next} gave last, or before it gave none. */
  boolean skipped() {
    return skipped;
  }

  /**
   * The next record with a sequence from {@code lowest} to below {@code below}; none if there is no more.
   *
   * @throws IOException if the file cannot be read; asking again tries again at the same place
   */
  @Nullable
  StoredEntry next(long lowest, long below) throws IOException {
    skipped = gaveUp;
    long at = position;
    while (true) {
      Header header = headerAt(at);
      if (header == null || header.sequence() < lowest || header.sequence() >= below) {
        at = find(at + STEP_BYTES, lowest, below);
        if (at < 0) {
          skipped |= tornSequence(lowest) > 0;
          return null;
        }
        skipped = true;
        continue;
      }
      StoredEntry stored = RecordFormat.entry(header, contentAt(at, header));
      at += header.recordBytes();
      if (stored != null) {
        position = at;
        gaveUp = false;
        return stored;
      }
      skipped = true;
    }
  }

  /**
   * After {@link #next} gave none: the sequence of a record that was begun at the end and is not whole; 0 if nothing of
   * one can be seen there.
   *
   * @param lowest the sequence that it would have at least
   */
  long tornSequence(long lowest) throws IOException {
    long torn = 0;
    long at = position;
    Header header = headerAt(at);
    while (header != null && header.sequence() >= lowest) {
      // a whole header before a damaged content
      torn = header.sequence();
      at += header.recordBytes();
      header = headerAt(at);
    }
    if (header == null && torn == 0 && at + 16 <= limitBytes) {
      look(at, 16);
      int index = (int) (at - windowAt);
      int wrongBits = Integer.bitCount(window.getInt(index) ^ RecordFormat.MAGIC);
      // the sequence alone may be anything that an earlier life of the file left here
      boolean begun = wrongBits == 0 || (wrongBits <= 2 && window.getLong(index + 8) == lowest);
      return begun ? lowest : 0;
    }
    return torn;
  }

  /** Looks anew at what another may have written since; {@code bytes} is the length of the file. */
  void refresh(long bytes) {
    window.limit(0);
    limit(bytes);
  }

  /** Gives up the page at the next record, which cannot be read. */
  void skipPage() {
    position = (position / PAGE_BYTES + 1) * PAGE_BYTES;
    window.limit(0);
    gaveUp = true;
  }

  /** Goes back to a {@link #position()} of before. */
  void rewind(long to) {
    position = to;
    gaveUp = false;
  }

  private long find(long from, long lowest, long below) throws IOException {
    for (long at = from; at + RecordFormat.HEADER_BYTES <= limitBytes; at += STEP_BYTES) {
      look(at, RecordFormat.HEADER_BYTES);
      int index = (int) (at - windowAt);
      int end = window.limit() - RecordFormat.HEADER_BYTES;
      while (index < end && window.getInt(index) != RecordFormat.MAGIC) {
        index += STEP_BYTES;
      }
      if (index > end) {
        // the step went past the last whole header in the window
        at = windowAt + index - STEP_BYTES;
        continue;
      }
      at = windowAt + index;
      Header header = headerAt(at);
      if (header != null && header.sequence() >= lowest && header.sequence() < below) {
        return at;
      }
    }
    return -1;
  }

  private @Nullable Header headerAt(long at) throws IOException {
    if (at + RecordFormat.HEADER_BYTES > limitBytes) {
      return null;
    }
    look(at, RecordFormat.HEADER_BYTES);
    Header header = RecordFormat.header(window, (int) (at - windowAt));
    return header == null || at + header.recordBytes() > limitBytes ? null : header;
  }

  private byte[] contentAt(long at, Header header) throws IOException {
    byte[] content = new byte[header.contentBytes()];
    long from = at + RecordFormat.HEADER_BYTES;
    if (content.length <= WINDOW_BYTES) {
      look(from, content.length);
      window.get((int) (from - windowAt), content);
    } else {
      read(ByteBuffer.wrap(content), from);
    }
    return content;
  }

  /** Brings so many bytes into the window; they lie below the limit. */
  private void look(long from, int bytes) throws IOException {
    if (from >= windowAt && from + bytes <= windowAt + window.limit()) {
      return;
    }
    int wanted = (int) Math.min(WINDOW_BYTES, limitBytes - from);
    window.clear().limit(0);
    ByteBuffer fresh = window.duplicate().clear().limit(wanted);
    read(fresh, from);
    windowAt = from;
    window.limit(wanted);
  }

  private void read(ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int got = file.read(into, at);
      if (got < 0) {
        throw new IOException(
            "read: position=" + at + ", length=" + file.sizeBytes() + "; the file became shorter");
      }
      at += got;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
