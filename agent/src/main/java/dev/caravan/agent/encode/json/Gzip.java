package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Gzip files (RFC 1952) of a text of which the end was packed before its beginning was known: the beginning goes before it in a
 * block that is not packed. Has no state; any thread.
 */
final class Gzip {
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  /** The longest block that is not packed, RFC 1951, 3.2.4. */
  private static final int MOST_FRONT_BYTES = 0xFFFF;

  private static final int AROUND_BYTES = HEADER.length + 5 + 8;
  /** A twentieth smaller than by the usual 6. By 8 it is as much again, for two to three times the work, and the agent takes more than twice the CPU of the columns. */
  private static final int LEVEL = 7;

  private static final int STEP_BYTES = 8 << 10;

  private Gzip() {}

  /** Packed by deflate, RFC 1951. */
  static Bytes deflated(Bytes text) {
    return deflated(text, LEVEL);
  }

  /** Packed at little work, for what is packed anew when it leaves. */
  static Bytes quicklyDeflated(Bytes text) {
    return deflated(text, Deflater.BEST_SPEED);
  }

  private static Bytes deflated(Bytes text, int level) {
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setInput(text.toArray());
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() / 4 + 64);
      byte[] step = new byte[STEP_BYTES];
      while (!deflater.finished()) {
        out.write(step, 0, deflater.deflate(step));
      }
      return Bytes.owning(out.toByteArray());
    } finally {
      deflater.end();
    }
  }

  /** Unpacked again. */
  static Bytes inflated(Bytes packed) throws MalformedMessageException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed.toArray());
      ByteArrayOutputStream out = new ByteArrayOutputStream(4 * packed.length());
      byte[] step = new byte[STEP_BYTES];
      while (!inflater.finished()) {
        int got = inflater.inflate(step);
        if (got == 0 && !inflater.finished()) {
          throw new MalformedMessageException(
              "deflate: cut off at byte " + inflater.getBytesRead());
        }
        out.write(step, 0, got);
      }
      return Bytes.owning(out.toByteArray());
    } catch (DataFormatException e) {
      throw new MalformedMessageException("deflate: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** The file of a text whose end is packed. */
  static Bytes file(Bytes front, Bytes packed) throws MalformedMessageException {
    if (front.length() > MOST_FRONT_BYTES) {
      throw new IllegalArgumentException("front: bytes=" + front.length());
    }
    Bytes rest = inflated(packed);
    CRC32 crc = new CRC32();
    crc.update(front.buffer());
    crc.update(rest.buffer());
    ByteBuffer out = ByteBuffer.allocate(AROUND_BYTES + front.length() + packed.length())
        .order(ByteOrder.LITTLE_ENDIAN);
    out.put(HEADER).put((byte) 0);
    out.putShort((short) front.length()).putShort((short) ~front.length());
    out.put(front.buffer()).put(packed.buffer());
    out.putInt((int) crc.getValue()).putInt(front.length() + rest.length());
    return Bytes.owning(out.array());
  }
}
