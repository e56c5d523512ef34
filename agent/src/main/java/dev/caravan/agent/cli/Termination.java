package dev.caravan.agent.cli;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.log.Log;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when it is told to by SIGTERM or SIGINT: the command waits on {@link #stop()}, and the
 * process ends with the command's exit code when it has called {@link #ended}, or after ten seconds.
 */
final class Termination {
  private static final long GRACE_MS = 10_000;

  private final Stop stop = new Stop();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = Caravan.FAILED;

  /** Watches for signals from now on. */
  Termination() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::signalled, "termination"));
  }

  private void signalled() {
    stop.request();
    try {
      ended.await(GRACE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    Log.ofProcess().flush(Caravan.FLUSH_MS);
    // The exit code of a signalled process would be the signal's; a command that ended in order
    // says so with its own.
    Runtime.getRuntime().halt(exitCode);
  }

  /** Requested by a signal. */
  Stop stop() {
    return stop;
  }

  /** The command is done; to be called last. */
  void ended(int code) {
    exitCode = code;
    ended.countDown();
  }
}
