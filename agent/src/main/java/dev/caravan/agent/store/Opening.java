package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the queue of a store on a thread of its own, {@code open-store-NAME}, as a disk that hangs holds whoever opens it: a
 * network's that does not answer, say.
 *
 * <p>One thread at a time uses it.
 */
final class Opening {
  /** Opens a queue, or waits for ever. */
  interface Way {
    /** The queue. */
    DiskQueue open() throws IOException;
  }

  private final String name;
  private final Path dir;
  private final long limitMs;
  private @Nullable CompletableFuture<DiskQueue> pending;

  /** {@code limitMs} is how long is waited for a queue. */
  Opening(String name, Path dir, long limitMs) {
    this.name = name;
    this.dir = dir;
    this.limitMs = limitMs;
  }

  /**
   * The queue; of an opening that did not end in time before, without waiting for it again.
   *
   * @throws IOException if it could not be opened, or not yet
   */
  DiskQueue open(Way way) throws IOException {
    CompletableFuture<DiskQueue> before = pending;
    CompletableFuture<DiskQueue> opening = before == null ? begin(way) : before;
    pending = opening;
    try {
      DiskQueue opened = opening.get(before == null ? limitMs : 0, TimeUnit.MILLISECONDS);
      pending = null;
      return opened;
    } catch (TimeoutException e) {
      throw new IOException("open " + dir + ": the disk does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("open " + dir + ": interrupted", e);
    } catch (ExecutionException e) {
      pending = null;
      Throwable why = e.getCause();
      if (why instanceof IOException failure) {
        throw failure;
      }
      if (why instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("open " + dir, why);
    }
  }

  private CompletableFuture<DiskQueue> begin(Way way) {
    CompletableFuture<DiskQueue> opening = new CompletableFuture<>();
    Thread thread = new Thread(
        () -> {
          try {
            DiskQueue opened = way.open();
            if (!opening.complete(opened)) {
              // nobody waits for it any more
              opened.leave();
            }
          } catch (Throwable e) {
            // whoever waits for it decides
            opening.completeExceptionally(e);
          }
        },
        "open-store-" + name);
    thread.setDaemon(true);
    thread.start();
    return opening;
  }

  /** What is opened still is let go once it is open. */
  void close() {
    CompletableFuture<DiskQueue> opening = pending;
    if (opening != null && !opening.cancel(false) && !opening.isCompletedExceptionally()) {
      opening.join().leave();
    }
  }
}
