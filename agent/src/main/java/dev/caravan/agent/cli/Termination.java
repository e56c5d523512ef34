package dev.caravan.agent.cli;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.log.Log;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when it is told to by SIGTERM or SIGINT. One that has begun is asked to stop, and the process
 * ends with its exit code when it has {@link #ended}, or after {@value #GRACE_MS} ms. One that is still starting has nothing
 * to bring to an end: the process ends at once. Further signals change nothing.
 */
final class Termination {
  private static final long GRACE_MS = 9_400;

  private final Stop stop = new Stop();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean hasBegun;
  private volatile int exitCode = Caravan.FAILED;

  /** Watches for signals from now on; {@code codeBeforeBegin} is the exit code of a command that had not begun. */
  void watch(int codeBeforeBegin) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> signalled(codeBeforeBegin), "termination"));
  }

  private void signalled(int codeBeforeBegin) {
    stop.request();
    boolean mayEnd = hasBegun() || ended.getCount() == 0;
    if (mayEnd) {
      try {
        ended.await(GRACE_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      System.out.flush();
    }
    Log.ofProcess().flush(Caravan.FLUSH_MS);
    // The exit code of a signalled process would be the signal's; a command that ended in order
    // says so with its own.
    Runtime.getRuntime().halt(mayEnd ? exitCode : codeBeforeBegin);
  }

  private synchronized boolean hasBegun() {
    return hasBegun;
  }

  /** The command has begun what must be ended in order. Gives what a signal requests. */
  synchronized Stop begin() {
    hasBegun = true;
    return stop;
  }

  /** The command is done; to be called last. */
  void ended(int code) {
    exitCode = code;
    ended.countDown();
  }
}
