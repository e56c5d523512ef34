package dev.caravan.agent.log;

import dev.caravan.agent.bytes.Visible;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * How a message becomes lines: a time of day and a level before it, or, for the journal of systemd, which has a time of its own,
 * a priority.
 *
 * <pre>
 * 2026-11-24T12:27:45.272Z WARN SourceLoop - can0: lost, trying again: ...
 * &lt;4&gt;SourceLoop - can0: lost, trying again: ...
 * </pre>
 *
 * <p>Characters that would steer a terminal, or begin a line, are shown as escapes, wherever they come from.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html">sd-daemon(3), log levels</a>
 */
final class LogText {
  private static final int MOST_CHARACTERS = 4_000;
  private static final int MOST_FRAMES = 40;
  private static final int MOST_CAUSES = 5;

  private final boolean isJournal;

  LogText(boolean isJournal) {
    this.isJournal = isJournal;
  }

  /** The lines of a message, and of the stack trace of what caused it. */
  String lines(
      LogLevel level, long epochMs, String logger, String text, @Nullable Throwable cause) {
    StringBuilder out = new StringBuilder(text.length() + 64);
    if (isJournal) {
      priority(level, out);
    } else {
      time(epochMs, out);
      out.append(' ').append(level).append(' ');
    }
    out.append(logger).append(" - ");
    escape(text, out);
    out.append('\n');
    trace(level, cause, out);
    return out.toString();
  }

  /** A line that was printed, and not logged. */
  String printed(String line) {
    StringBuilder out = new StringBuilder(line.length() + 8);
    line(LogLevel.WARN, line, out);
    return out.toString();
  }

  private static void priority(LogLevel level, StringBuilder out) {
    out.append('<').append(level.severity()).append('>');
  }

  /** ISO 8601, UTC, milliseconds. */
  private static void time(long epochMs, StringBuilder out) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(
        Math.floorDiv(epochMs, 1000L),
        (int) Math.floorMod(epochMs, 1000L) * 1_000_000,
        ZoneOffset.UTC);
    digits(time.getYear(), 1000, out).append('-');
    digits(time.getMonthValue(), 10, out).append('-');
    digits(time.getDayOfMonth(), 10, out).append('T');
    digits(time.getHour(), 10, out).append(':');
    digits(time.getMinute(), 10, out).append(':');
    digits(time.getSecond(), 10, out).append('.');
    digits(time.getNano() / 1_000_000, 100, out).append('Z');
  }

  private static StringBuilder digits(int number, int highest, StringBuilder out) {
    for (int place = highest; place > 0; place /= 10) {
      out.append((char) ('0' + number / place % 10));
    }
    return out;
  }

  private void trace(LogLevel level, @Nullable Throwable cause, StringBuilder out) {
    Throwable one = cause;
    for (int i = 0; i < MOST_CAUSES && one != null; i++) {
      line(level, (i == 0 ? "" : "caused by ") + one, out);
      StackTraceElement[] frames = one.getStackTrace();
      for (int frame = 0; frame < Math.min(frames.length, MOST_FRAMES); frame++) {
        line(level, "  at " + frames[frame], out);
      }
      if (frames.length > MOST_FRAMES) {
        line(level, "  and " + (frames.length - MOST_FRAMES) + " more", out);
      }
      one = one.getCause();
    }
  }

  private void line(LogLevel level, String text, StringBuilder out) {
    if (isJournal) {
      priority(level, out);
    }
    escape(text, out);
    out.append('\n');
  }

  private static void escape(String text, StringBuilder out) {
    int shown = Math.min(text.length(), MOST_CHARACTERS);
    if (shown < text.length() && Character.isHighSurrogate(text.charAt(shown - 1))) {
      shown--; // both halves, or none
    }
    for (int i = 0; i < shown; ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (character == '\t') {
        out.append('\t');
      } else {
        Visible.append(character, out);
      }
    }
    if (shown < text.length()) {
      out.append("... and ").append(text.length() - shown).append(" characters more");
    }
  }
}
