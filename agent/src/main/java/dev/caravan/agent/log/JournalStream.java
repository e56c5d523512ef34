package dev.caravan.agent.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether standard error goes to the journal of systemd. */
final class JournalStream {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private JournalStream() {}

  static boolean isStandardError() {
    return is(System.getenv("JOURNAL_STREAM"), STANDARD_ERROR);
  }

  /**
   * Whether a file is the one that {@code JOURNAL_STREAM} names by device and inode: a child whose output was sent elsewhere has
   * the variable too.
   *
   * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html">systemd.exec(5),
   *     $JOURNAL_STREAM</a>
   */
  static boolean is(@Nullable String stream, Path file) {
    if (stream == null) {
      return false;
    }
    try {
      return stream.equals(
          Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
