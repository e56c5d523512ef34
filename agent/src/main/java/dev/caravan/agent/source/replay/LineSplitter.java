package dev.caravan.agent.source.replay;

import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream into lines at LF, without making an object of any. A line longer than {@value #LONGEST_BYTES} bytes is
 * thrown away up to its end and told of once. One thread uses it.
 */
final class LineSplitter {
  /** The longest line that is given out, its end not counted. */
  static final int LONGEST_BYTES = 4096;

  /** What {@link #next} found. */
  enum Found {
    LINE,
    TOO_LONG,
    END
  }

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  // what is buffered and not yet given out
  private int unread;
  private int limit;

  // the line given out last
  private int from;
  private int to;

  LineSplitter(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line, which {@link #from()} and {@link #to()} then bound. Waits for the stream. */
  Found next() throws IOException {
    int scanned = unread;
    while (true) {
      int end = lineEnd(scanned);
      if (end >= 0) {
        from = unread;
        to = end;
        unread = end + 1;
        return to - from > LONGEST_BYTES ? Found.TOO_LONG : Found.LINE;
      }
      if (limit - unread > LONGEST_BYTES) {
        return discardLine();
      }
      int pending = limit - unread;
      if (!fill()) {
        from = unread;
        to = limit;
        unread = limit;
        return pending == 0 ? Found.END : Found.LINE;
      }
      scanned = unread + pending;
    }
  }

  private int lineEnd(int start) {
    byte[] bytes = buffer;
    for (int i = start, stop = limit; i < stop; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private Found discardLine() throws IOException {
    from = unread;
    to = unread;
    unread = limit;
    while (fill()) {
      int end = lineEnd(unread);
      if (end >= 0) {
        unread = end + 1;
        break;
      }
      unread = limit;
    }
    return Found.TOO_LONG;
  }

  /** Reads on behind what is buffered, which moves to the front if there is no room; false at the end. */
  private boolean fill() throws IOException {
    if (unread == limit) {
      unread = 0;
      limit = 0;
    } else if (buffer.length - limit < LONGEST_BYTES) {
      System.arraycopy(buffer, unread, buffer, 0, limit - unread);
      limit -= unread;
      unread = 0;
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(read, 0);
    return read > 0;
  }

  /** Whether the line to come, as far as it is buffered, begins with this character, blanks before it left out. */
  boolean nextBegins(char wanted) {
    int at = unread;
    while (at < limit && (buffer[at] == ' ' || buffer[at] == '\t')) {
      at++;
    }
    return at < limit && buffer[at] == wanted;
  }

  byte[] bytes() {
    return buffer;
  }

  /** Index of the line's first byte in {@link #bytes()}. */
  int from() {
    return from;
  }

  /** Index behind the line's last byte. */
  int to() {
    return to;
  }

  /** Index behind the last byte that is buffered: what lies between {@link #to()} and here are lines to come. */
  int limit() {
    return limit;
  }
}
