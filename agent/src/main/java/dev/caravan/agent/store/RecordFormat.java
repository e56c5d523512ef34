package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one record, format version 1. Numbers are big-endian; a record begins at a multiple of 8 bytes.
 *
 * <pre>
 *   0  4  magic "CVR1"
 *   4  4  length of the body in bytes, n
 *   8  8  sequence, from 1
 *  16  8  time stored, epoch nanoseconds UTC
 *  24  8  reports in all entries written before this one since the queue began
 *  32  4  reports in this entry
 *  36  1  length of the schema id in bytes, s
 *  37  1  clock: 0 time of day without a source, 1 with one
 *  38  2  zero
 *  40  4  CRC32C of schema id and body
 *  44  4  CRC32C of bytes 0..43
 *  48  s  schema id
 *   .  n  body
 *   .  .  zeros up to a multiple of 8
 * </pre>
 *
 * <p>The header has a checksum of its own so that a damaged body still tells its sequence and where the next record is.
 */
final class RecordFormat {
  static final int MAGIC = 0x43565231;
  static final int HEADER_BYTES = 48;

  /** What a header says. */
  record Header(
      int bodyBytes,
      long sequence,
      long timeNs,
      long reportsBefore,
      int reports,
      int schemaBytes,
      boolean clockKnown,
      int contentCrc) {
    /** Length of the whole record. */
    long recordBytes() {
      return RecordFormat.recordBytes(schemaBytes, bodyBytes);
    }

    int contentBytes() {
      return schemaBytes + bodyBytes;
    }
  }

  private RecordFormat() {}

  static long recordBytes(int schemaBytes, long bodyBytes) {
    return (HEADER_BYTES + schemaBytes + bodyBytes + 7) / 8 * 8;
  }

  static long recordBytes(Entry entry) {
    return recordBytes(entry.schemaId().length(), entry.body().length());
  }

  /** Puts a record into an empty buffer of at least its size and makes it ready to be written. */
  static void encode(StoredEntry stored, ByteBuffer into) {
    Entry entry = stored.entry();
    Bytes schema = entry.schemaId();
    Bytes body = entry.body();
    into.clear().limit((int) recordBytes(entry));
    into.putInt(MAGIC).putInt(body.length()).putLong(entry.sequence()).putLong(entry.timeNs());
    into.putLong(stored.reportsBefore()).putInt(entry.reports());
    into.put((byte) schema.length()).put((byte) (stored.clockKnown() ? 1 : 0)).putShort((short) 0);
    into.putLong(0).put(schema.buffer()).put(body.buffer());
    int end = into.position();
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
    into.putInt(40, crc(into, HEADER_BYTES, end - HEADER_BYTES));
    into.putInt(44, crc(into, 0, 44));
    into.flip();
  }

  /** The header at an index of a buffer, or nothing if its checksum does not hold. */
  static @Nullable Header header(ByteBuffer in, int at) {
    if (in.getInt(at) != MAGIC || in.getInt(at + 44) != crc(in, at, 44)) {
      return null;
    }
    Header header = new Header(
        in.getInt(at + 4),
        in.getLong(at + 8),
        in.getLong(at + 16),
        in.getLong(at + 24),
        in.getInt(at + 32),
        in.get(at + 36) & 0xFF,
        in.get(at + 37) == 1,
        in.getInt(at + 40));
    return header.bodyBytes < 0 || header.sequence < 1 ? null : header;
  }

  /** The entry of a header and its content, or nothing if the checksum does not hold. */
  static @Nullable StoredEntry entry(Header header, byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, header.contentBytes());
    if ((int) crc.getValue() != header.contentCrc) {
      return null;
    }
    Bytes schema = Bytes.of(content, 0, header.schemaBytes);
    Bytes body = header.schemaBytes == 0
        ? Bytes.owning(content)
        : Bytes.of(content, header.schemaBytes, header.bodyBytes);
    Entry entry = new Entry(header.sequence, header.timeNs, header.reports, schema, body);
    return new StoredEntry(entry, header.reportsBefore, header.clockKnown);
  }

  static int crc(ByteBuffer in, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(in.slice(from, length));
    return (int) crc.getValue();
  }
}
