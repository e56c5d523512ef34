package dev.caravan.agent.log;

import dev.caravan.agent.health.Health;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this process. It is written by whoever logs, to {@link System#err}, until {@link #handOver}; from then on by a
 * thread of its own, and whatever else is printed there goes by it too. Any thread.
 */
public final class Log implements ILoggerFactory {
  private static final int MOST_LOGGERS = 10_000;

  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
  private final LogText text = new LogText(JournalStream.isStandardError());
  private volatile LogLevel level = LogLevel.ERROR;
  private volatile boolean isFixed;
  private volatile @Nullable HandOver handOver;

  Log() {}

  /** The one that slf4j writes to. */
  public static Log ofProcess() {
    return (Log) LoggerFactory.getILoggerFactory();
  }

  @Override
  public Logger getLogger(String name) {
    return loggers.size() < MOST_LOGGERS
        ? loggers.computeIfAbsent(name, any -> new LineLogger(name, this))
        : new LineLogger(name, this);
  }

  /** Sets the level; {@link LogLevel#ERROR} at the start. */
  public void level(LogLevel wanted) {
    level = wanted;
  }

  /** Sets the level for whoever asked for it when the program was started: {@link #settle} does not change it. */
  public void fix(LogLevel wanted) {
    level = wanted;
    isFixed = true;
  }

  /** Sets the level that a configuration names, unless it was fixed. */
  public void settle(LogLevel wanted) {
    if (!isFixed) {
      level = wanted;
    }
  }

  LogLevel level() {
    return level;
  }

  void write(LogLevel of, String logger, String kind, String message, @Nullable Throwable cause) {
    HandOver to = handOver;
    if (to == null) {
      System.err.print(text.lines(of, epochMs(), logger, message, cause));
    } else {
      to.log(of, logger, kind, message, cause);
    }
  }

  private static long epochMs() {
    return java.time.Clock.systemUTC().millis();
  }

  /**
   * From now on nobody waits for who reads standard error: a thread of its own writes what is logged and printed, and what one part
   * says again and again is thinned out.
   */
  public synchronized void handOver() {
    if (handOver == null) {
      HandOver to = new HandOver(
          new FileOutputStream(FileDescriptor.err), text, System::nanoTime, Log::epochMs);
      Thread thread = new Thread(to, "log");
      thread.setDaemon(true);
      thread.start();
      handOver = to;
      System.setErr(new PrintStream(
          new LineStream(StandardCharsets.UTF_8, to::print), true, StandardCharsets.UTF_8));
      JulLines.install(this);
    }
  }

  /** Counts there what is dropped because nobody reads, and what is left out because it was said before. */
  public void countIn(Health health) {
    HandOver to = handOver;
    if (to != null) {
      to.countIn(health.counter(LogMetrics.DROPPED, ""), health.counter(LogMetrics.LEFT_OUT, ""));
    }
  }

  /** Says now what was left out so far, so that it does not come after the last words of the program. */
  public void sumUp() {
    HandOver to = handOver;
    if (to != null) {
      to.sumUp();
    }
  }

  /** Waits until all is written, at most so long: to be called before the process ends. */
  public void flush(long atMostMs) {
    HandOver to = handOver;
    if (to != null) {
      to.flush(atMostMs);
    }
  }
}
