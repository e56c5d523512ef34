package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name and the first bytes of a segment, format version 1. Numbers are big-endian.
 *
 * <pre>
 *   0  4  magic "CVSG"
 *   4  2  version, 1
 *   6  2  zero
 *   8  8  first sequence, the same as in the name
 *  16  8  time begun, epoch nanoseconds UTC
 *  24  8  reports in all entries written before this segment since the queue began
 *  32  2  how often it was thinned: of its entries only those are left whose sequence is a multiple of 2 to the power of
 *         this, and the last; 0 if never
 *  34  4  how many entries went then
 *  38  6  reports in them
 *  44  4  CRC32C of bytes 0..43
 *  48  .  records, see {@link RecordFormat}; after the last one zeros, or what an earlier life of the file left
 * </pre>
 *
 * <p>The name is the first sequence as 20 decimal digits and {@code .seg}. The name counts where the two differ: after a
 * power cut a file may have the content of one life and the name of another. Magic, version and checksum stay where they
 * are in every later version.
 *
 * @param reportsBefore -1 where the header is damaged
 */
record SegmentFormat(long first, long timeNs, long reportsBefore, Thinned thinned) {
  /**
   * What was taken out of a segment.
   *
   * @param times how often it was done
   * @param entries at most 2^32 - 1
   * @param reports at most 2^48 - 1
   */
  record Thinned(int times, long entries, long reports) {
    static final Thinned NEVER = new Thinned(0, 0, 0);
  }

  static final int MAGIC = 0x43565347;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 48;
  static final String SPARE = ".spare";
  static final String PART = ".part";

  private static final Pattern NAME = Pattern.compile("(\\d{20})\\.seg");

  static String name(long first) {
    return String.format("%020d.seg", first);
  }

  /** The first sequence that a file name says; 0 if it is not the name of a segment. */
  static long firstOf(String name) {
    Matcher digits = NAME.matcher(name);
    try {
      return digits.matches() ? Long.parseLong(digits.group(1)) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Thinned thinned(ByteBuffer in) {
    return new Thinned(
        in.getShort(32),
        Integer.toUnsignedLong(in.getInt(34)),
        Short.toUnsignedLong(in.getShort(38)) << 32 | Integer.toUnsignedLong(in.getInt(40)));
  }

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
    out.putInt(MAGIC).putShort((short) VERSION).putShort((short) 0);
    out.putLong(first).putLong(timeNs).putLong(reportsBefore);
    out.putShort((short) thinned.times).putInt((int) thinned.entries);
    out.putShort((short) (thinned.reports >>> 32)).putInt((int) thinned.reports);
    return out.putInt(44, RecordFormat.crc(out, 0, 44)).clear();
  }

  /**
   * Reads the header of the segment that a name says begins at {@code first}.
   *
   * @throws IOException if it is of a version that this program does not know, or cannot be read
   */
  static SegmentFormat read(Disk.File file, Path path, long first) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(HEADER_BYTES);
    int got = 0;
    while (in.hasRemaining() && got >= 0) {
      got = file.read(in, in.position());
    }
    boolean whole =
        !in.hasRemaining() && in.getInt(0) == MAGIC && in.getInt(44) == RecordFormat.crc(in, 0, 44);
    if (whole && in.getShort(4) != VERSION) {
      throw new UnfitStoreException("read " + path + ": version=" + in.getShort(4) + "; want "
          + VERSION + ", was it written by a newer program?");
    }
    return whole && in.getLong(8) == first
        ? new SegmentFormat(first, in.getLong(16), in.getLong(24), thinned(in))
        : new SegmentFormat(first, 0, -1, Thinned.NEVER);
  }
}
