package dev.caravan.agent.health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults of the program that one part survives: a {@link RuntimeException}, {@link StackOverflowError} or {@link LinkageError}
 * at a frame, a message or a visitor, which is then given up. Each is counted; the first of each kind is told with its stack trace,
 * a kind being what it is and where it came up, so that no fault hides another. Any thread.
 */
public final class Bugs {
  private static final Logger LOG = LoggerFactory.getLogger(Bugs.class);

  private final String part;
  private final Counter count;
  private final Condition kinds = new Condition();

  Bugs(String part, Counter count) {
    this.part = part;
    this.count = count;
  }

  /** Counts a fault, and tells it if it is the first of its kind. */
  public void survived(Throwable fault) {
    count.increment();
    if (kinds.isNews(kind(fault))) {
      LOG.error("{}: a fault of the program, going on", part, fault);
    }
  }

  /** Does one thing, and survives a fault of it. */
  public void survive(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      survived(e);
    }
  }

  private static String kind(Throwable fault) {
    StackTraceElement[] frames = fault.getStackTrace();
    // where a stack was full is chance
    boolean hasPlace = frames.length > 0 && !(fault instanceof StackOverflowError);
    return fault.getClass().getName() + (hasPlace ? frames[0].toString() : "");
  }

  /**
   * For threads whose pool keeps to itself what its work died of: an error that nobody can live with, such as a lack of memory, goes to
   * whoever ends the program.
   */
  public static void endIfFatal(Throwable fault) {
    if (fault instanceof VirtualMachineError && !(fault instanceof StackOverflowError)) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
    }
  }
}
