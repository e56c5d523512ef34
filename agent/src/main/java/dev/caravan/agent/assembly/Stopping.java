package dev.caravan.agent.assembly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One stop of the agent: what may hang is done by threads of their own, all at the same time, and is waited for up to a time
 * that is counted from the beginning of the stop. One thread uses it.
 */
final class Stopping {
  private final long startNs = System.nanoTime();
  private final List<String> givenUp = new ArrayList<>();

  /** Does something on a thread of its own, which holds nobody up if it hangs. */
  static Thread begin(String name, Runnable what) {
    Thread thread = new Thread(what, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * Waits for the ends of threads, those that were never started not among them.
   *
   * @param untilMs milliseconds after the beginning of the stop
   * @return whether all have ended
   */
  boolean await(Collection<Thread> threads, long untilMs) {
    long untilNs = startNs + TimeUnit.MILLISECONDS.toNanos(untilMs);
    boolean all = true;
    for (Thread thread : threads) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, untilNs - System.nanoTime()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        givenUp.add(thread.getName());
        all = false;
      }
    }
    return all;
  }

  /** The names of the threads that have not ended in time. */
  List<String> givenUp() {
    return List.copyOf(givenUp);
  }

  /** Since its beginning. */
  long tookMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
  }
}
