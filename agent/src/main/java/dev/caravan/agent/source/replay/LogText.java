package dev.caravan.agent.source.replay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The text of a log, told from other files by its first bytes: unpacked if it is gzip, as UTF-8 if it is UTF-16 (with a
 * byte order mark, or with every second byte zero), and refused by name if it is no text.
 */
final class LogText {
  /** A kind of file by its first bytes, each a character of Latin-1. */
  private record Kind(Pattern begin, String words) {
    private static Kind of(String begin, String words) {
      return new Kind(Pattern.compile(begin, Pattern.DOTALL), words);
    }
  }

  private static final int BEGIN_BYTES = 16;
  private static final int PACKED_BYTES = 1 << 16;

  private static final String MF4 = "an MF4 measurement file (ASAM MDF 4)";
  private static final String MF4_CURE =
      "; write its frames as text first: mdf2csv or mdf2asc for the"
          + " files of a CANedge, else python3 -m can.logconvert in.mf4 out.log (python-can with"
          + " asammdf)";
  private static final String PCAP_CURE =
      "; want a log in text: record it with candump -l, or write its frames in that form";

  private static final List<Kind> KINDS = List.of(
      Kind.of("MDF     4", MF4 + MF4_CURE),
      Kind.of("UnFinMF ", MF4 + ", not finalized" + MF4_CURE),
      Kind.of(
          "MDF     ",
          "a measurement file of MDF before version 4; want a log in text: have the program that"
              + " recorded it export Vector ASC"),
      Kind.of(
          "LOGG(?![ -~])",
          "a BLF log (Vector); write it as text first: python3 -m can.logconvert in.blf out.log"
              + " (python-can)"),
      Kind.of(
          "\u00D4\u00C3\u00B2\u00A1|\u00A1\u00B2\u00C3\u00D4|M<\u00B2\u00A1|\u00A1\u00B2<M",
          "a pcap capture" + PCAP_CURE),
      Kind.of("\n\r\r\n", "a pcapng capture" + PCAP_CURE),
      Kind.of(
          "SQLite format 3",
          "an SQLite database; if python-can recorded it: python3 -m can.logconvert in.db out.log"),
      Kind.of("\u0089HDF", "an HDF5 file; want a log in text"),
      Kind.of("MATLAB \\d", "a MATLAB file; want a log in text"),
      Kind.of("PAR1", "a Parquet table; want a log in text"),
      Kind.of("\u00D0\u00CF\u0011\u00E0", "an Office file; want a log in text"),
      Kind.of("PK\u0003\u0004", "a ZIP archive or an Excel table; want a log in text, unpacked"),
      Kind.of("\u00FD7zXZ", "packed with xz; unpack it first: xz -d"),
      Kind.of("\\(\u00B5/\u00FD", "packed with zstd; unpack it first: zstd -d"),
      Kind.of("BZh[1-9]1AY&SY", "packed with bzip2; unpack it first: bzip2 -d"),
      Kind.of("\u0004\"M\u0018", "packed with lz4; unpack it first: lz4 -d"),
      Kind.of("7z\u00BC\u00AF", "a 7z archive; unpack it first: 7z x"),
      Kind.of("Rar!", "a RAR archive; unpack it first"),
      Kind.of("\u001F\u009D", "packed with compress; unpack it first: uncompress"),
      Kind.of(
          "\u00FF\u00FE\0\0|\0\0\u00FE\u00FF", "text in UTF-32; want UTF-8, UTF-16 or plain ASCII"),
      Kind.of("\u001F\u008B", "packed with gzip twice; unpack it first: gzip -d"));

  private LogText() {}

  /**
   * The text of a stream, of which as many bytes are read as tell what it is: a line, or {@value #BEGIN_BYTES}.
   *
   * @throws UnreadableLogException if it is no text
   */
  static InputStream of(InputStream in) throws IOException {
    Begun packed = Begun.of(in);
    return packed.text.startsWith("\u001F\u008B")
        ? text(Begun.of(unpacked(packed.whole)))
        : text(packed);
  }

  private static InputStream unpacked(InputStream packed) throws IOException {
    try {
      return new GZIPInputStream(packed, PACKED_BYTES);
    } catch (EOFException | ZipException e) {
      return Begun.broken(e);
    }
  }

  private static InputStream text(Begun begun) throws IOException {
    for (Kind kind : KINDS) {
      if (kind.begin.matcher(begun.text).lookingAt()) {
        throw new UnreadableLogException(kind.words);
      }
    }
    if (begun.text.startsWith("\u00FF\u00FE") || isEverySecondZero(begun.text, 1)) {
      return utf16(begun, StandardCharsets.UTF_16LE);
    }
    if (begun.text.startsWith("\u00FE\u00FF") || isEverySecondZero(begun.text, 0)) {
      return utf16(begun, StandardCharsets.UTF_16BE);
    }
    long zeros = begun.text.chars().filter(character -> character == 0).count();
    // a byte or two may be damaged
    if (zeros > 0 && zeros * 4 >= begun.text.length()) {
      throw new UnreadableLogException("no text: of its first " + begun.text.length() + " bytes "
          + zeros + " are zero; want a log in text");
    }
    return begun.whole;
  }

  private static boolean isEverySecondZero(String text, int first) {
    for (int i = 0; i < text.length(); i++) {
      if ((text.charAt(i) == 0) != (i % 2 == first)) {
        return false;
      }
    }
    return text.length() > 1;
  }

  private static InputStream utf16(Begun begun, Charset charset) {
    return new Utf16Text(begun.whole, charset);
  }

  /** A stream whose beginning is known. */
  private record Begun(String text, InputStream whole) {
    private static Begun of(InputStream in) throws IOException {
      byte[] bytes = new byte[BEGIN_BYTES];
      int length = 0;
      InputStream rest = in;
      try {
        for (int read = 0; read >= 0 && isTooShort(bytes, length); length += Math.max(read, 0)) {
          read = in.read(bytes, length, BEGIN_BYTES - length);
        }
      } catch (EOFException | ZipException e) {
        rest = broken(e);
      }
      byte[] begin = Arrays.copyOf(bytes, length);
      return new Begun(new String(begin, StandardCharsets.ISO_8859_1), new Rejoined(begin, rest));
    }

    /** A line is enough of a text, which then need not be waited for any longer. */
    private static boolean isTooShort(byte[] bytes, int length) {
      boolean isLine = bytes[0] >= ' ';
      for (int i = 0; isLine && i < length; i++) {
        if (bytes[i] == '\n') {
          return false;
        }
      }
      return length < bytes.length;
    }

    /** What has failed to be unpacked fails again when it is read. */
    private static InputStream broken(IOException why) {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          throw why;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
          throw why;
        }
      };
    }
  }

  /** The beginning of a stream, then the rest of it; gives out what is there without waiting for more. */
  private static final class Rejoined extends InputStream {
    private final byte[] begin;
    private final InputStream rest;
    private int at;

    private Rejoined(byte[] begin, InputStream rest) {
      this.begin = begin;
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      return at < begin.length ? begin[at++] & 0xFF : rest.read();
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int count = Math.min(length, begin.length - at);
      if (count == 0) {
        return rest.read(target, from, length);
      }
      System.arraycopy(begin, at, target, from, count);
      at += count;
      boolean hasMore = count < length && rest.available() > 0;
      return count + (hasMore ? Math.max(rest.read(target, from + count, length - count), 0) : 0);
    }

    @Override
    public int available() throws IOException {
      return begin.length - at + rest.available();
    }
  }
}
