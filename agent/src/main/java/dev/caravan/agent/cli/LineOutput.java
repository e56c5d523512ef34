package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.signal.Decimal;
import dev.caravan.agent.signal.Digits;
import dev.caravan.agent.signal.Scale;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text on its way to standard output: UTF-8, gathered in a buffer, numbers written without making objects of them. One
 * thread uses it; {@link #flush} when done.
 */
public final class LineOutput {
  /** What was to be written could not be: the reader of a pipe has gone, or the disk is full. */
  static final class ClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    private ClosedException(IOException cause) {
      super(cause.getMessage(), cause);
    }

    /** Whether the reader has just stopped reading, as {@code head} does: nothing to complain of. */
    boolean isByReader() {
      return String.valueOf(getMessage()).contains("Broken pipe");
    }
  }

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MADE_BYTES = 512;

  /** The longest text that one call writes without looking for room: a number. */
  private static final int ROOM_BYTES = 64;

  private static final long DAY_US = 86_400_000_000L;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] buffer;
  private int size;

  public LineOutput(OutputStream out) {
    this(out, BUFFER_BYTES);
  }

  private LineOutput(OutputStream out, int bufferBytes) {
    this.out = out;
    this.buffer = new byte[bufferBytes];
  }

  /** A text, or a part of one. */
  interface Text {
    void to(LineOutput out) throws IOException;
  }

  /** A text that is the same in many lines, for {@link #bytes}. */
  static byte[] made(Text text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineOutput out = new LineOutput(bytes, MADE_BYTES);
    try {
      text.to(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes all", e);
    }
    return bytes.toByteArray();
  }

  /** Hands everything on. */
  void flush() throws IOException {
    int length = size;
    size = 0;
    hand(buffer, length);
  }

  private void hand(byte[] text, int length) throws IOException {
    try {
      out.write(text, 0, length);
      out.flush();
    } catch (IOException e) {
      throw new ClosedException(e);
    }
  }

  private void room() throws IOException {
    if (size > buffer.length - ROOM_BYTES) {
      flush();
    }
  }

  /** One ASCII character. */
  LineOutput put(char ascii) throws IOException {
    room();
    buffer[size++] = (byte) ascii;
    return this;
  }

  /** One character of any kind; a surrogate alone becomes a question mark. */
  LineOutput codePoint(int character) throws IOException {
    if (character < 0x80) {
      return put((char) character);
    }
    room();
    if (character < 0x800) {
      buffer[size++] = (byte) (0xC0 | character >> 6);
    } else if (character < 0x10000) {
      if (Character.isSurrogate((char) character)) {
        return put('?');
      }
      buffer[size++] = (byte) (0xE0 | character >> 12);
      buffer[size++] = (byte) (0x80 | (character >> 6 & 0x3F));
    } else {
      buffer[size++] = (byte) (0xF0 | character >> 18);
      buffer[size++] = (byte) (0x80 | (character >> 12 & 0x3F));
      buffer[size++] = (byte) (0x80 | (character >> 6 & 0x3F));
    }
    buffer[size++] = (byte) (0x80 | (character & 0x3F));
    return this;
  }

  /** ASCII text as it is. */
  LineOutput ascii(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  /** Text for a terminal: characters that steer it are shown as escapes. */
  LineOutput plain(String text) throws IOException {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (Visible.is(character)) {
        codePoint(character);
      } else {
        ascii(Visible.of(Character.toString(character)));
      }
      i += Character.charCount(character);
    }
    return this;
  }

  /**
   * A cell of a table, RFC 4180, exactly, for programs; for a terminal as {@link Visible} shows it, so that it is not steered.
   */
  LineOutput cell(String exact, boolean isForTerminal) throws IOException {
    String text = isForTerminal ? Visible.of(exact) : exact;
    boolean isQuoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    String inside = isQuoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    for (int i = 0; i < inside.length(); i = inside.offsetByCodePoints(i, 1)) {
      codePoint(inside.codePointAt(i));
    }
    return this;
  }

  /** Blanks. */
  LineOutput blanks(int count) throws IOException {
    for (int left = count; left > 0; left -= ROOM_BYTES) {
      room();
      int some = Math.min(left, ROOM_BYTES);
      Arrays.fill(buffer, size, size + some, (byte) ' ');
      size += some;
    }
    return this;
  }

  /** Bytes as they are: text that was made before. */
  LineOutput bytes(byte[] text) throws IOException {
    int length = text.length;
    if (length > buffer.length - size) {
      flush();
      if (length > buffer.length) {
        hand(text, length);
        return this;
      }
    }
    System.arraycopy(text, 0, buffer, size, length);
    size += length;
    return this;
  }

  /** A whole number. */
  LineOutput whole(long value) throws IOException {
    room();
    size = Digits.whole(value, buffer, size);
    return this;
  }

  /** A whole number of 64 bits without a sign. */
  LineOutput unsigned(long value) throws IOException {
    room();
    size = Digits.unsigned(value, buffer, size);
    return this;
  }

  /** A number as {@link Decimal#put} writes it. */
  LineOutput number(double value) throws IOException {
    room();
    size = Decimal.put(value, buffer, size);
    return this;
  }

  /** A signal's value for programs: all digits of a whole one, see {@link Scale#isBeyondDouble}. */
  LineOutput exact(Scale scale, long rawBits) throws IOException {
    return scale.isBeyondDouble(rawBits)
        ? ascii(scale.exact(rawBits))
        : number(scale.physical(rawBits));
  }

  /** A signal's value as {@link Scale#shown} has it. */
  LineOutput shown(Scale scale, long rawBits) throws IOException {
    room();
    int end = scale.putShown(rawBits, buffer, size);
    if (end < 0) {
      return ascii(scale.shown(rawBits));
    }
    size = end;
    return this;
  }

  /** Nanoseconds as seconds with six decimals, what is below them cut off. */
  LineOutput seconds(long ns) throws IOException {
    long micros = Math.floorDiv(ns, 1000);
    if (micros < 0) {
      put('-');
    }
    long magnitude = Math.abs(micros);
    unsigned(magnitude / 1_000_000);
    put('.');
    size = Digits.padded(magnitude % 1_000_000, 6, buffer, size);
    return this;
  }

  /** Nanoseconds since 1970 as the time of day in UTC, {@code 12:04:45.485261}. */
  LineOutput clock(long ns) throws IOException {
    long micros = Math.floorMod(Math.floorDiv(ns, 1000), DAY_US);
    room();
    long seconds = micros / 1_000_000;
    size = Digits.padded(seconds / 3600, 2, buffer, size);
    buffer[size++] = ':';
    size = Digits.padded(seconds / 60 % 60, 2, buffer, size);
    buffer[size++] = ':';
    size = Digits.padded(seconds % 60, 2, buffer, size);
    buffer[size++] = '.';
    size = Digits.padded(micros % 1_000_000, 6, buffer, size);
    return this;
  }

  /** So many upper-case hex digits of a number's end. */
  LineOutput hex(int value, int digits) throws IOException {
    room();
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      buffer[size++] = HEX[value >>> shift & 0xF];
    }
    return this;
  }
}
