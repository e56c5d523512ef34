package dev.caravan.agent.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** What slf4j hands out: asks the log for its level, and gives it finished text. Any thread. */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  /** Tells of itself below this. */
  private static final String NETTY = "io.netty.";

  private final transient Log log;
  private final String shortName;
  private final boolean isQuiet;

  LineLogger(String name, Log log) {
    this.name = name;
    this.log = log;
    this.shortName = name.substring(name.lastIndexOf('.') + 1);
    this.isQuiet = name.startsWith(NETTY);
  }

  private boolean isWanted(LogLevel level) {
    return level.compareTo(log.level()) <= 0 && !(isQuiet && level == LogLevel.DEBUG);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable cause) {
    String kind = String.valueOf(message);
    String text = MessageFormatter.basicArrayFormat(kind, arguments);
    log.write(LogLevel.of(level), shortName, kind, text == null ? kind : text, cause);
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return isWanted(LogLevel.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isWanted(LogLevel.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isWanted(LogLevel.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isWanted(LogLevel.ERROR);
  }
}
