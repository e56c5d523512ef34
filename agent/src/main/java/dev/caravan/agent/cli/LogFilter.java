package dev.caravan.agent.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard error without the log lines below a level that can be changed at any time. The logging library fixes the level
 * when a logger is made, so it is told to write everything, which is little, and this leaves out what is not wanted. Any thread.
 */
final class LogFilter extends PrintStream {
  private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");

  private volatile int lowest;

  LogFilter(PrintStream to, String level) {
    super(to, true, StandardCharsets.UTF_8);
    level(level);
  }

  /** Leaves out what is below a level. */
  void level(String level) {
    lowest = Math.max(0, LEVELS.indexOf(level.toLowerCase(Locale.ROOT)));
  }

  @Override
  public void println(@Nullable String line) {
    if (line == null || levelOf(line) >= lowest) {
      super.println(line);
    }
  }

  /** The level that stands behind the time; that of an error for what is no log line. */
  private static int levelOf(String line) {
    int from = line.indexOf(' ') + 1;
    int to = line.indexOf(' ', from);
    int level = to < 0 ? -1 : LEVELS.indexOf(line.substring(from, to).toLowerCase(Locale.ROOT));
    return level < 0 || from < 20 ? LEVELS.size() : level;
  }
}
