package dev.caravan.agent.log;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.Level;

/** How much is logged: what is named and all before it. */
public enum LogLevel {
  /** A person must act. */
  ERROR(3),
  /** Data is lost, or a link is down. */
  WARN(4),
  /** A state has changed. */
  INFO(6),
  /** For whoever looks for a fault. */
  DEBUG(7);

  /** As syslog counts it. @see <a href="https://www.rfc-editor.org/rfc/rfc5424">RFC 5424, 6.2.1, table 2</a> */
  private final int severity;

  LogLevel(int severity) {
    this.severity = severity;
  }

  int severity() {
    return severity;
  }

  /** As it is written in a configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All of them as words. */
  public static List<String> words() {
    return Arrays.stream(values()).map(LogLevel::word).toList();
  }

  /**
   * The level of a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static LogLevel of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  static LogLevel of(Level level) {
    return switch (level) {
      case ERROR -> ERROR;
      case WARN -> WARN;
      case INFO -> INFO;
      case DEBUG, TRACE -> DEBUG;
    };
  }
}
