package dev.caravan.agent.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Takes what libraries tell java.util.logging, in place of its own writer to standard error. Any thread. */
final class JulLines extends Handler {
  private final Log log;
  private final SimpleFormatter words = new SimpleFormatter();

  private JulLines(Log log) {
    this.log = log;
  }

  static void install(Log log) {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(new JulLines(log));
  }

  @Override
  public void publish(LogRecord record) {
    int value = record.getLevel().intValue();
    LogLevel level = value >= Level.SEVERE.intValue()
        ? LogLevel.ERROR
        : value >= Level.WARNING.intValue()
            ? LogLevel.WARN
            : value >= Level.INFO.intValue() ? LogLevel.INFO : LogLevel.DEBUG;
    if (level.compareTo(log.level()) <= 0) {
      String name = String.valueOf(record.getLoggerName());
      log.write(
          level,
          name.substring(name.lastIndexOf('.') + 1),
          String.valueOf(record.getMessage()),
          words.formatMessage(record),
          record.getThrown());
    }
  }

  @Override
  public void flush() {
    // each line is handed on at once
  }

  @Override
  public void close() {
    // nothing is held
  }
}
