package dev.caravan.agent.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes; equal by content, printed as lower-case hex. */
public final class Bytes {
  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Copies the whole array. */
  public static Bytes of(byte[] source) {
    return of(source, 0, source.length);
  }

  /**
   * Copies part of an array.
   *
   * @throws IndexOutOfBoundsException if the part is not inside the array
   */
  public static Bytes of(byte[] source, int from, int length) {
    java.util.Objects.checkFromIndexSize(from, length, source.length);
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(source, from, from + length));
  }

  /** Takes the array itself, without a copy: the caller gives it away and never writes to it again. */
  public static Bytes owning(byte[] given) {
    return given.length == 0 ? EMPTY : new Bytes(given);
  }

  /**
   * Reads hex digits of either case, two a byte.
   *
   * @throws IllegalArgumentException if there is anything but pairs of hex digits
   */
  public static Bytes ofHex(String hex) {
    return owning(HexFormat.of().parseHex(hex));
  }

  /** How many bytes there are. */
  public int length() {
    return content.length;
  }

  /** The byte at an index, 0..255. */
  public int at(int index) {
    return content[index] & 0xFF;
  }

  /**
   * The bytes as a person can read them: printable ASCII in quotes, all else as {@code \\xNN}, but CR, LF and TAB as
   * {@code \\r \\n \\t}; of longer ones the first and how many there are.
   */
  public String printable(int most) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(most, content.length); i++) {
      char one = (char) at(i);
      switch (one) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '"', '\\' -> text.append('\\').append(one);
        default -> {
          if (one >= ' ' && one <= '~') {
            text.append(one);
          } else {
            text.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits((byte) one));
          }
        }
      }
    }
    text.append('"');
    return content.length <= most ? text.toString() : text + "... " + content.length + " bytes";
  }

  /**
   * A copy of what stands from an index on.
   *
   * @throws IndexOutOfBoundsException if the index is behind the end
   */
  public Bytes from(int index) {
    return of(content, index, content.length - index);
  }

  /** A copy as an array. */
  public byte[] toArray() {
    return content.clone();
  }

  /** A read-only view. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** A stream over the bytes, without a copy. */
  public java.io.InputStream stream() {
    return new java.io.ByteArrayInputStream(content);
  }

  /** Copies the bytes into an array, starting at an index of that array. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(content, 0, target, at, content.length);
  }

  /** Writes all bytes to a stream. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(content);
  }

  /** These bytes, then others. */
  public Bytes then(Bytes next) {
    byte[] joined = Arrays.copyOf(content, content.length + next.content.length);
    next.copyTo(joined, content.length);
    return owning(joined);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(content);
  }
}
