package dev.caravan.agent.clock;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request to stop, made once and seen by every loop that waits on it.
 *
 * <p>Safe from any thread. Loops wait here instead of sleeping, so that a stop wakes them at once and no thread needs to
 * be interrupted (an interrupt would close a file channel that the thread uses).
 */
public final class Stop {
  private final CountDownLatch latch = new CountDownLatch(1);

  /** Asks every waiting loop to end; further calls change nothing. */
  public void request() {
    latch.countDown();
  }

  /** Whether a stop was asked for. */
  public boolean isRequested() {
    return latch.getCount() == 0;
  }

  /**
   * Waits until a stop is asked for, at most so long.
   *
   * @return true once a stop was asked for
   */
  public boolean await(long atMostNs) {
    try {
      return latch.await(atMostNs, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
