package dev.caravan.agent.source.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A text in UTF-16 as a stream of UTF-8; a byte order mark is passed on as one of UTF-8. One thread uses it. */
final class Utf16Text extends InputStream {
  private final InputStreamReader in;
  private final char[] read = new char[1 << 14];

  // the first half of a character of two, which has come without the second
  private int kept;

  // what is decoded and not yet given out
  private byte[] bytes = new byte[0];
  private int at;

  Utf16Text(InputStream in, Charset charset) {
    this.in = new InputStreamReader(in, charset);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (at == bytes.length && !fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, target, from, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    int count = in.read(read, kept, read.length - kept);
    int filled = kept + Math.max(count, 0);
    boolean isHalf = count > 0 && Character.isHighSurrogate(read[filled - 1]);
    int whole = isHalf ? filled - 1 : filled;
    bytes = new String(read, 0, whole).getBytes(StandardCharsets.UTF_8);
    at = 0;
    kept = filled - whole;
    if (isHalf) {
      read[0] = read[whole];
    }
    return bytes.length > 0 || (isHalf && fill());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
