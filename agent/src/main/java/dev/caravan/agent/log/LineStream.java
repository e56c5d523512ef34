package dev.caravan.agent.log;

import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts what is printed into lines, of {@value #LONGEST_BYTES} bytes at most, and gives them on. Any thread. */
final class LineStream extends OutputStream {
  static final int LONGEST_BYTES = 8192;

  private final Charset encoding;
  private final Consumer<String> lines;

  // guarded by this
  private byte[] line = new byte[128];
  private int length;

  LineStream(Charset encoding, Consumer<String> lines) {
    this.encoding = encoding;
    this.lines = lines;
  }

  @Override
  public synchronized void write(int one) {
    if (one == '\n' || length == LONGEST_BYTES) {
      lines.accept(new String(line, 0, length, encoding));
      length = 0;
    }
    if (one != '\n') {
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) one;
    }
  }
}
