package dev.caravan.agent.wire;

import com.google.protobuf.WireFormat;
import dev.caravan.agent.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in protobuf's wire format that grow as they are written, kept from batch to batch. Holds a message, or the
 * content of one packed field.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">protobuf, Encoding</a>
 */
public final class WireBytes {
  private byte[] content = new byte[64];
  private int length;

  public void clear() {
    length = 0;
  }

  public int length() {
    return length;
  }

  /** Forgets all behind a length. */
  public void cut(int toLength) {
    length = toLength;
  }

  /** What is there, to keep. */
  public Bytes bytes() {
    return Bytes.of(content, 0, length);
  }

  public byte[] array() {
    return content;
  }

  /** The first bytes of a body, with these bytes behind them. */
  Bytes behind(Bytes body, int bodyBytes) {
    byte[] message = new byte[bodyBytes + length];
    body.buffer().get(message, 0, bodyBytes);
    System.arraycopy(content, 0, message, bodyBytes, length);
    return Bytes.owning(message);
  }

  /** Bytes that a varint of these 64 bits takes, 1..10. */
  public static int varintSize(long bits) {
    return (640 - Long.numberOfLeadingZeros(bits) * 9) >>> 6;
  }

  /** 0, -1, 1, -2 … become 0, 1, 2, 3 … */
  public static long zigzag(long number) {
    return (number << 1) ^ (number >> 63);
  }

  private void room(int more) {
    if (content.length - length < more) {
      content = Arrays.copyOf(content, Math.max(content.length * 2, length + more));
    }
  }

  public void varint(long bits) {
    room(10);
    byte[] to = content;
    int at = length;
    long rest = bits;
    while ((rest & ~0x7FL) != 0) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    length = at;
  }

  public void fixed64(long bits) {
    room(8);
    for (int shift = 0; shift < 64; shift += 8) {
      content[length++] = (byte) (bits >>> shift);
    }
  }

  public void raw(byte[] from, int size) {
    room(size);
    System.arraycopy(from, 0, content, length, size);
    length += size;
  }

  /** A field of one varint; nothing for zero, as in proto3. */
  public void varintField(int number, long bits) {
    if (bits != 0) {
      tag(number, WireFormat.WIRETYPE_VARINT);
      varint(bits);
    }
  }

  /** A field of one varint, also when it is zero. */
  public void presentField(int number, long bits) {
    tag(number, WireFormat.WIRETYPE_VARINT);
    varint(bits);
  }

  /** A field of 32 bits, also when they are zero. */
  public void fixed32Field(int number, int bits) {
    tag(number, WireFormat.WIRETYPE_FIXED32);
    room(4);
    for (int shift = 0; shift < 32; shift += 8) {
      content[length++] = (byte) (bits >>> shift);
    }
  }

  /** A field of 64 bits, also when they are zero. */
  public void fixed64Field(int number, long bits) {
    tag(number, WireFormat.WIRETYPE_FIXED64);
    fixed64(bits);
  }

  /** A field of text, also when it is empty. */
  public void textField(int number, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytesField(number, utf8, utf8.length);
  }

  /** A field of bytes, also when there are none. */
  public void bytesField(int number, byte[] from, int size) {
    tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    varint(size);
    raw(from, size);
  }

  /** A field of bytes; nothing if there are none, as in proto3. */
  public void bytesField(int number, Bytes from) {
    if (from.length() > 0) {
      bytesField(number, from.toArray(), from.length());
    }
  }

  /** A packed field or an inner message; nothing if it is empty. */
  public void field(int number, WireBytes inner) {
    if (inner.length > 0) {
      bytesField(number, inner.content, inner.length);
    }
  }

  private void tag(int number, int type) {
    varint((long) number << 3 | type);
  }
}
