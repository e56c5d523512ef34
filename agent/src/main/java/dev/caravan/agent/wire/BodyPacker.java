package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Batch;
import dev.caravan.v1.Encoding;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Packs a batch's content into the body that is stored. */
public final class BodyPacker implements AutoCloseable {
  private static final int LEVEL = 6;

  private final Deflater deflater = new Deflater(LEVEL, true);
  private final boolean compresses;
  private final boolean isCompact;
  private final WireBytes body = new WireBytes();
  private byte[] deflated = new byte[1024];

  /** {@code isCompact}: how what it packs is told. */
  public BodyPacker(boolean compresses, boolean isCompact) {
    this.compresses = compresses;
    this.isCompact = isCompact;
  }

  /** Raw deflate at its best; RFC 1951. */
  static byte[] deflated(Bytes plain) {
    return deflated(plain.toArray(), plain.length(), Deflater.BEST_COMPRESSION);
  }

  /** Raw deflate, as of a body. */
  static byte[] deflated(WireBytes plain) {
    return deflated(plain.array(), plain.length(), LEVEL);
  }

  private static byte[] deflated(byte[] plain, int length, int level) {
    Deflater best = new Deflater(level, true);
    try {
      best.setInput(plain, 0, length);
      best.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] some = new byte[8192];
      while (!best.finished()) {
        packed.write(some, 0, best.deflate(some));
      }
      return packed.toByteArray();
    } finally {
      best.end();
    }
  }

  /**
   * The body; deflated only where that is smaller.
   *
   * @param kept a ledger that is not told; empty for none
   */
  public Bytes pack(Bytes schemaId, WireBytes content, WireBytes kept) {
    byte[] id = schemaId.toArray();
    body.clear();
    body.bytesField(Batch.SCHEMA_ID_FIELD_NUMBER, id, id.length);
    int field = isCompact ? Batch.COMPACT_FIELD_NUMBER : Batch.CONTENT_FIELD_NUMBER;
    int size = compresses ? deflate(content) : -1;
    if (size >= 0 && size + costOfSayingSo() < content.length()) {
      Encoding deflate = isCompact ? Encoding.ENCODING_COMPACT_DEFLATE : Encoding.ENCODING_DEFLATE;
      body.varintField(Batch.ENCODING_FIELD_NUMBER, deflate.getNumber());
      body.bytesField(field, deflated, size);
    } else {
      Encoding plain = isCompact ? Encoding.ENCODING_COMPACT : Encoding.ENCODING_UNSPECIFIED;
      body.varintField(Batch.ENCODING_FIELD_NUMBER, plain.getNumber());
      body.bytesField(field, content.array(), content.length());
    }
    body.field(Batch.KEPT_LEDGER_FIELD_NUMBER, kept);
    return Bytes.of(body.array(), 0, body.length());
  }

  /** Tag and value of the field that says that it is deflated, where there would be none. */
  private int costOfSayingSo() {
    return isCompact ? 0 : 2;
  }

  /** Deflated size, or -1 if it is not smaller. */
  private int deflate(WireBytes content) {
    if (deflated.length < content.length()) {
      deflated = Arrays.copyOf(deflated, Math.max(content.length(), deflated.length * 2));
    }
    deflater.reset();
    deflater.setInput(content.array(), 0, content.length());
    deflater.finish();
    int size = deflater.deflate(deflated, 0, content.length());
    return deflater.finished() ? size : -1;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
