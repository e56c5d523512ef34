package dev.caravan.agent.uplink.mqtt;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads of one Paho client. It knows when the first piece of work is over: that is the one that connects and starts
 * all others, one after the other. Should any of those end, or be interrupted, before it is done, it would wait for them
 * for ever; so whatever ends a connection waits for it first.
 */
final class PahoThreads extends ScheduledThreadPoolExecutor {
  private static final int THREADS = 8;

  private final AtomicReference<Runnable> first = new AtomicReference<>();
  private final CountDownLatch started = new CountDownLatch(1);

  PahoThreads(String clientId) {
    super(THREADS, work -> {
      Thread thread = new Thread(work, "mqtt " + clientId);
      thread.setDaemon(true);
      return thread;
    });
    setKeepAliveTime(1, TimeUnit.SECONDS);
    allowCoreThreadTimeOut(true);
    setRemoveOnCancelPolicy(true);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable work) {
    super.beforeExecute(thread, work);
    first.compareAndSet(null, work);
  }

  @Override
  protected void afterExecute(Runnable work, Throwable failure) {
    super.afterExecute(work, failure);
    if (work == first.get()) {
      started.countDown();
    }
  }

  /** Waits until the first piece of work is over, at most so long; an interrupt does not end the wait. */
  void awaitStarted(long atMostMs) {
    boolean interrupted = false;
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMs);
    long leftNs = untilNs - System.nanoTime();
    while (leftNs > 0) {
      try {
        if (started.await(leftNs, TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      leftNs = untilNs - System.nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
