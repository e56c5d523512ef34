package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Bugs;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one Paho client. It knows when the first piece of work is over: that is the one that connects and starts
 * all others, one after the other. Should any of those end, or be interrupted, before it is done, it would wait for them
 * for ever; so whatever ends a connection waits for it first.
 *
 * <p>That one looks only every 100 ms whether what it started runs, three times in a row. It is woken from such a pause
 * at once, so that a link is there 300 ms earlier.
 *
 * <p>A piece of work that dies of an exception is told of: Paho itself would go on without it, and say nothing.
 */
final class PahoThreads extends ScheduledThreadPoolExecutor {
  /** What is done again and again must not pause for longer. */
  static final long LONGEST_PAUSE_MS = 500;

  /** Reader, writer and callbacks for as long as the link lasts; the watch; the start, and at the end the farewell. */
  private static final int THREADS = 5;

  private static final long WAKE_MS = 1;

  private final AtomicReference<Runnable> first = new AtomicReference<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final Consumer<Throwable> died;

  // while the first piece of work is done; guarded by started
  private @Nullable Thread starter;
  private @Nullable ScheduledFuture<?> waking;

  /** {@code died} is told, on the thread it happened on, what a piece of work died of. */
  PahoThreads(String clientId, Consumer<Throwable> died) {
    super(THREADS, work -> {
      Thread thread = new Thread(work, "mqtt " + clientId);
      thread.setDaemon(true);
      return thread;
    });
    this.died = died;
    // one that is idle outlasts the pause of whatever is done again and again; two that take turns
    // at
    // it do not
    setKeepAliveTime(3 * LONGEST_PAUSE_MS / 2, TimeUnit.MILLISECONDS);
    allowCoreThreadTimeOut(true);
    setRemoveOnCancelPolicy(true);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable work) {
    super.beforeExecute(thread, work);
    if (first.compareAndSet(null, work)) {
      synchronized (started) {
        starter = thread;
      }
    }
  }

  /** What Paho starts and then waits for. */
  @Override
  public Future<?> submit(Runnable work) {
    Future<?> begun = super.submit(work);
    synchronized (started) {
      if (starter == Thread.currentThread() && waking == null) {
        waking = scheduleWithFixedDelay(this::wake, WAKE_MS, WAKE_MS, TimeUnit.MILLISECONDS);
      }
    }
    return begun;
  }

  /** Ends a pause of the starter, which then looks again; it makes no others once it has started something. */
  private void wake() {
    synchronized (started) {
      if (starter != null && starter.getState() == Thread.State.TIMED_WAITING) {
        starter.interrupt();
      }
    }
  }

  private void awake() {
    synchronized (started) {
      starter = null;
      if (waking != null) {
        waking.cancel(false);
      }
      // one that came too late for its pause
      Thread.interrupted();
    }
  }

  @Override
  protected void afterExecute(Runnable work, Throwable failure) {
    super.afterExecute(work, failure);
    if (work == first.get()) {
      awake();
      started.countDown();
    }
    Throwable cause = cause(work);
    if (cause != null) {
      Bugs.endIfFatal(cause);
      died.accept(cause);
    }
  }

  /** What a piece of work died of; null if it did not. */
  private static @Nullable Throwable cause(Runnable work) {
    if (!(work instanceof Future<?> future) || !future.isDone()) {
      return null;
    }
    try {
      future.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
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
