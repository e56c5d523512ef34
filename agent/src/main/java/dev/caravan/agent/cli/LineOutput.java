package dev.caravan.agent.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Text on its way to standard output: UTF-8, gathered in a buffer, numbers written without making objects of them. One
 * thread uses it; {@link #flush} when done.
 */
final class LineOutput {
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

  private static final long EXACT_WHOLE = 1L << 53;
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int size;

  LineOutput(OutputStream out) {
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

  /** Text for a terminal: characters that control it become question marks. */
  LineOutput plain(String text) throws IOException {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      codePoint(Character.isISOControl(character) ? '?' : character);
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

  /**
   * A number that reads back to the same bits: whole ones without a point up to 2^53, others with as few decimals as
   * that takes, or an exponent. {@code NaN}, {@code Infinity} and {@code -Infinity} are written so.
   */
  LineOutput number(double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT_WHOLE) {
      return value == 0 && 1 / value < 0 ? ascii("-0.0") : whole((long) value);
    }
    for (int decimals = 1; decimals < POWERS.length; decimals++) {
      double power = POWERS[decimals];
      double scaled = Math.rint(value * power);
      if (Math.abs(scaled) > EXACT_WHOLE) {
        break;
      }
      // both are exact, so this division rounds as a reader of the decimal would
      if (scaled / power == value) {
        return decimal((long) scaled, (long) power, decimals);
      }
    }
    return ascii(Double.toString(value));
  }

  private LineOutput decimal(long scaled, long power, int decimals) throws IOException {
    if (scaled < 0) {
      put('-');
    }
    long magnitude = Math.abs(scaled);
    unsigned(magnitude / power);
    put('.');
    padded(magnitude % power, decimals);
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
