package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of a DBC file into text. The format has no word for its encoding, so it is guessed or told. */
final class DbcText {
  private static final int PIECE_CHARS = 8192;
  private static final Charset CP1252 = Charset.forName("windows-1252");

  private DbcText() {}

  /** Never fails: what cannot be decoded becomes U+FFFD, with a warning. */
  static String decode(byte[] bytes, DbcOptions.Encoding encoding, String where, Faults faults) {
    int from = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
      faults.warn(where, "the file is UTF-16, by its byte order mark: read as such");
      return lenient(bytes, 0, StandardCharsets.UTF_16);
    }
    Charset wide = sixteenBits(bytes);
    if (wide != null) {
      faults.warn(where, "the file is " + wide.name() + ", by its zero bytes: read as such");
      return lenient(bytes, 0, wide);
    }
    return encoding == DbcOptions.Encoding.AUTO
        ? guessed(bytes, from, where, faults)
        : told(bytes, from, encoding, where, faults);
  }

  /** The first of some character sets that this Java has. */
  static Optional<Charset> charset(List<String> names) {
    return names.stream().filter(Charset::isSupported).findFirst().map(Charset::forName);
  }

  /** UTF-16 without a byte order mark: every second byte of the beginning is zero, and no other. */
  private static @Nullable Charset sixteenBits(byte[] bytes) {
    int looked = Math.min(bytes.length, 64) & ~1;
    int evenZeros = 0;
    int oddZeros = 0;
    for (int i = 0; i < looked; i += 2) {
      evenZeros += bytes[i] == 0 ? 1 : 0;
      oddZeros += bytes[i + 1] == 0 ? 1 : 0;
    }
    if (looked < 16 || evenZeros + oddZeros != looked / 2 || evenZeros * oddZeros != 0) {
      return null;
    }
    return evenZeros > 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static String told(
      byte[] bytes, int from, DbcOptions.Encoding encoding, String where, Faults faults) {
    Charset charset = charset(encoding.names()).orElse(null);
    if (charset == null) {
      faults.add(
          where,
          "this Java does not know " + encoding + " (" + encoding.names().get(0)
              + "); want one with its module jdk.charsets, or the file in UTF-8");
      return "";
    }
    String exact = strict(bytes, from, bytes.length, charset);
    if (exact != null) {
      return exact;
    }
    if (encoding != DbcOptions.Encoding.CP1252) {
      faults.warn(
          where, "not all of the text is " + charset.name() + ": what is not reads as U+FFFD");
    }
    return lenient(bytes, from, charset);
  }

  private static String guessed(byte[] bytes, int from, String where, Faults faults) {
    String utf8 = strict(bytes, from, bytes.length, StandardCharsets.UTF_8);
    if (utf8 != null) {
      return utf8;
    }
    EncodingGuess guess = EncodingGuess.of(bytes);
    Charset charset = charset(guess.encoding().names()).orElse(CP1252);
    String exact =
        from == 0 && !charset.equals(CP1252) ? strict(bytes, 0, bytes.length, charset) : null;
    if (exact != null) {
      faults.warn(
          where,
          "the text is not UTF-8 and looks " + guess.language() + ": read as " + charset.name());
      return exact;
    }
    return lineByLine(bytes, from, where, faults);
  }

  /** Each line as UTF-8 if it is, else as Windows-1252: files put together from others have both. */
  private static String lineByLine(byte[] bytes, int from, String where, Faults faults) {
    boolean isWestern = true;
    StringBuilder text = new StringBuilder(bytes.length);
    int start = from;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, bytes.length);
      String line = strict(bytes, start, end, StandardCharsets.UTF_8);
      text.append(line != null ? line : new String(bytes, start, end - start, CP1252));
      isWestern &= line != null || EncodingGuess.looksWestern(bytes, start, end);
      start = end;
    }
    if (!isWestern) {
      faults.warn(
          where,
          "the text is not UTF-8 and does not look like Windows-1252, which it is read as; say its"
              + " encoding if names or texts look wrong");
    }
    return text.toString();
  }

  /** The text; null if the bytes are none in this encoding. Looked at first piece by piece, as a whole it takes four times the memory. */
  private static @Nullable String strict(byte[] bytes, int from, int to, Charset charset) {
    CharsetDecoder decoder = charset.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer piece = CharBuffer.allocate(Math.min(to - from, PIECE_CHARS) + 1);
    CoderResult result = decoder.decode(in, piece, true);
    while (result.isOverflow()) {
      piece.clear();
      result = decoder.decode(in, piece, true);
    }
    return result.isError() ? null : new String(bytes, from, to - from, charset);
  }

  private static String lenient(byte[] bytes, int from, Charset charset) {
    return new String(bytes, from, bytes.length - from, charset);
  }
}
