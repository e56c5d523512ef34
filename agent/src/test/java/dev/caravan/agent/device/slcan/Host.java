package dev.caravan.agent.device.slcan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The other end of the port, as any program has it: opens the file, writes commands, reads lines. Never blocks. */
final class Host implements AutoCloseable {
  private final FileOutputStream out;
  private final FileInputStream in;
  private final byte[] chunk = new byte[8192];
  private final StringBuilder unread = new StringBuilder();
  private int begin;
  private int end;

  Host(Path port) throws IOException {
    out = new FileOutputStream(port.toFile());
    in = new FileInputStream(port.toFile());
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
  }

  /** Everything until the first CR or BEL, with it. */
  String line() {
    if (!hasLine()) {
      await()
          .atMost(Duration.ofSeconds(5))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(this::hasLine);
    }
    String line = unread.substring(begin, end + 1);
    begin = end + 1;
    end = begin;
    return line;
  }

  /** Whether a whole line is there; {@code end} is then at its last byte. */
  private boolean hasLine() {
    while (true) {
      for (; end < unread.length(); end++) {
        if (unread.charAt(end) == '\r' || unread.charAt(end) == 7) {
          return true;
        }
      }
      unread.delete(0, begin);
      end -= begin;
      begin = 0;
      if (!fill()) {
        return false;
      }
    }
  }

  String ask(String command) throws IOException {
    send(command);
    return line();
  }

  /** The next line that is an answer, passing over frames. */
  String answer(String command) throws IOException {
    send(command);
    String line = line();
    while (line.startsWith("t")) {
      line = line();
    }
    return line;
  }

  /** The next so many lines. */
  List<String> lines(int count) {
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      lines.add(line());
    }
    return lines;
  }

  /** How many whole lines are here unread by the test, not counting one that the port still has a part of. */
  int rest() {
    long ends = unread.chars().skip(begin).filter(one -> one == '\r').count();
    begin = unread.length();
    end = begin;
    return (int) ends;
  }

  /** Takes what there is now; whether there was anything. */
  boolean fill() {
    try {
      int some = in.available();
      if (some > 0) {
        int read = in.read(chunk, 0, Math.min(some, chunk.length));
        unread.append(new String(chunk, 0, read, US_ASCII));
      }
      return some > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}
