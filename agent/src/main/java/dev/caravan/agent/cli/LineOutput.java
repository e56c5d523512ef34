package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.signal.Decimal;
import dev.caravan.agent.signal.Scale;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

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

  /** The longest text that one call writes without looking for room: a number. */
  private static final int ROOM_BYTES = 64;

  private static final double EXACT_BELOW = 0x1p53;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final StringBuilder scratch = new StringBuilder();
  private int size;

  public LineOutput(OutputStream out) {
    this.out = out;
  }

  /** Hands everything on. */
  void flush() throws IOException {
    try {
      out.write(buffer, 0, size);
      size = 0;
      out.flush();
    } catch (IOException e) {
      size = 0;
      throw new ClosedException(e);
    }
  }

  /** A stream that hands this output on before it waits for input, so that a reader sees live lines at once. */
  InputStream flushedBefore(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        flush();
        return super.read();
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        flush();
        return super.read(target, from, length);
      }
    };
  }

  private void room() throws IOException {
    if (size > BUFFER_BYTES - ROOM_BYTES) {
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

  /** Blanks. */
  LineOutput blanks(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      put(' ');
    }
    return this;
  }

  /** A whole number. */
  LineOutput whole(long value) throws IOException {
    if (value >= 0) {
      return unsigned(value);
    }
    put('-');
    // the lowest long negated is itself, which unsigned is its magnitude
    return unsigned(-value);
  }

  /** A whole number of 64 bits without a sign. */
  LineOutput unsigned(long value) throws IOException {
    room();
    long rest = value;
    int digits = 1;
    for (long left = Long.divideUnsigned(rest, 10); left != 0; left /= 10) {
      digits++;
    }
    for (int at = size + digits - 1; at >= size; at--) {
      long tens = rest < 0 ? Long.divideUnsigned(rest, 10) : rest / 10;
      buffer[at] = (byte) ('0' + (rest - tens * 10));
      rest = tens;
    }
    size += digits;
    return this;
  }

  /** A number with leading zeros. */
  private void padded(long value, int digits) throws IOException {
    room();
    long rest = value;
    for (int at = size + digits - 1; at >= size; at--) {
      buffer[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /** A number as {@link Decimal#append} writes it. */
  LineOutput number(double value) throws IOException {
    if (value == (long) value && Math.abs(value) < EXACT_BELOW && value != 0) {
      return whole((long) value);
    }
    scratch.setLength(0);
    Decimal.append(value, scratch);
    return scratch();
  }

  /** A signal's value as {@link Scale#appendExact} writes it. */
  LineOutput exact(Scale scale, long rawBits) throws IOException {
    if (!scale.isBeyondDouble(rawBits)) {
      return number(scale.physical(rawBits));
    }
    scratch.setLength(0);
    scale.appendExact(rawBits, scratch);
    return scratch();
  }

  /** A signal's value as {@link Scale#appendShown} writes it. */
  LineOutput shown(Scale scale, long rawBits) throws IOException {
    scratch.setLength(0);
    scale.appendShown(rawBits, scratch);
    return scratch();
  }

  private LineOutput scratch() throws IOException {
    if (scratch.length() > ROOM_BYTES) {
      return ascii(scratch.toString());
    }
    room();
    for (int i = 0; i < scratch.length(); i++) {
      buffer[size++] = (byte) scratch.charAt(i);
    }
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
    padded(magnitude % 1_000_000, 6);
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
