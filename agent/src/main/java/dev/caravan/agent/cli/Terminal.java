package dev.caravan.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which of the standard streams is a terminal: what people look at, as against a pipe or file. */
enum Terminal {
  /** Standard input. */
  IN(0),
  /** Standard output. */
  OUT(1),
  /** Standard error. */
  ERR(2);

  private final int descriptor;

  Terminal(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Whether the stream is a terminal; no, where the system does not tell.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5), /proc/self/fd</a>
   */
  boolean isPresent() {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether to colour what goes there: a terminal, and nobody asked for none (no-color.org). */
  boolean isColoured() {
    String none = System.getenv("NO_COLOR");
    return isPresent() && (none == null || none.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }
}
