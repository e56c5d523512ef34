package dev.caravan.agent.assembly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One stop of the agent: what may hang is done by threads of their own, all at the same time, and is waited for up to a time
 * that is counted from the beginning of the stop. One thread uses it.
 */
final class Stopping {
  private final LongSupplier nanoTime;
  private final Joining joining;
  private final long startNs;
  private final List<String> givenUp = new ArrayList<>();

  /** Waits for the end of a thread. */
  interface Joining {
    /** Waits at most so long; whether the thread has ended. */
    boolean join(Thread thread, long mostNs) throws InterruptedException;
  }

  /** Begins now. */
  Stopping() {
    this(System::nanoTime, (thread, mostNs) -> {
      TimeUnit.NANOSECONDS.timedJoin(thread, mostNs);
      return !thread.isAlive();
    });
  }

  /** {@code nanoTime}: of the clock that {@code joining} waits by. */
  Stopping(LongSupplier nanoTime, Joining joining) {
    this.nanoTime = nanoTime;
    this.joining = joining;
    this.startNs = nanoTime.getAsLong();
  }

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
      if (!hasEnded(thread, Math.max(1, untilNs - nanoTime.getAsLong()))) {
        givenUp.add(thread.getName());
        all = false;
      }
    }
    return all;
  }

  private boolean hasEnded(Thread thread, long mostNs) {
    try {
      return joining.join(thread, mostNs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !thread.isAlive();
    }
  }

  /** The names of the threads that have not ended in time. */
  List<String> givenUp() {
    return List.copyOf(givenUp);
  }

  /** Since its beginning. */
  long tookMs() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNs);
  }
}
