package dev.caravan.agent.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Where the courier waits for what is to be done in a queue. Any thread; guarded by the queue's lock. */
final class Arrivals {
  private final ReentrantLock lock;
  private final Condition arrived;

  // guarded by the lock
  private boolean waiting;
  private boolean nudged;
  private boolean closed;

  Arrivals(ReentrantLock lock) {
    this.lock = lock;
    this.arrived = lock.newCondition();
  }

  /** An entry has come; the lock is held. */
  void appended() {
    if (waiting) {
      arrived.signalAll();
    }
  }

  /** Nobody waits here any more; the lock is held. */
  void close() {
    closed = true;
    arrived.signalAll();
  }

  /** There is something to be done elsewhere. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      appended();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #await}, but a nudge ends the wait too, also one that came before. */
  boolean awaitOrNudge(LongSupplier dueInNs, long waitNs) {
    boolean ended = await(() -> nudged ? 0 : dueInNs.getAsLong(), waitNs);
    lock.lock();
    try {
      nudged = false;
      return ended && dueInNs.getAsLong() <= 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is due.
   *
   * @param dueInNs in how many nanoseconds; {@link Long#MAX_VALUE} if nothing is before an entry comes
   * @return false if it was not in time
   */
  boolean await(LongSupplier dueInNs, long waitNs) {
    lock.lock();
    try {
      long restNs = waitNs;
      long dueNs = dueInNs.getAsLong();
      while (dueNs > 0 && restNs > 0 && !closed) {
        waiting = dueNs == Long.MAX_VALUE;
        long stepNs = Math.min(restNs, dueNs);
        restNs -= stepNs - Math.max(0, arrived.awaitNanos(stepNs));
        dueNs = dueInNs.getAsLong();
      }
      return dueNs <= 0 && !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting = false;
      lock.unlock();
    }
  }
}
