package dev.caravan.agent.source.serial;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes to one port without ever keeping the caller longer than it wants to wait.
 *
 * <p>A write to a device that takes nothing blocks in the driver for ever, no timer and no interrupt ends it. So it is done
 * by a thread of its own, which exists from the first write until some time after the last. When it is late the caller
 * goes on with an exception, and the thread ends when the driver lets go of it, at the latest when the device goes away.
 *
 * <p>Safe from any thread.
 */
final class LineWriter {
  private static final String GONE = "the driver gave up; is the device still there?";

  private static final long IDLE_S = 30;

  private final PortAddress address;
  private final Wire wire;
  private final ThreadPoolExecutor thread;

  private volatile boolean hasFailed;

  LineWriter(PortAddress address, Wire wire) {
    this.address = address;
    this.wire = wire;
    this.thread = new ThreadPoolExecutor(
        1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
          Thread made =
              new Thread(body, "serial-write-" + address.toString().replaceFirst(".*/", ""));
          made.setDaemon(true);
          return made;
        });
    thread.allowCoreThreadTimeOut(true);
  }

  void write(byte[] bytes, int from, int length, int timeoutMs) throws IOException {
    if (hasFailed) {
      throw new IOException("write " + address + ": an earlier write has failed");
    }
    byte[] copy = Arrays.copyOfRange(bytes, from, from + length);
    try {
      int written = CompletableFuture.supplyAsync(() -> wire.write(copy), thread)
          .get(timeoutMs, TimeUnit.MILLISECONDS);
      if (written != length) {
        // 0, not a negative number, is what a device that is gone gives
        throw failed("written=" + written + " of " + length + " bytes; the device is gone");
      }
    } catch (TimeoutException e) {
      throw failed("not taken in " + timeoutMs + " ms; does the device read?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError none) {
        throw none;
      }
      throw failed(GONE);
    } catch (java.util.concurrent.RejectedExecutionException e) {
      throw failed(GONE);
    }
  }

  private IOException failed(String why) {
    hasFailed = true;
    return new IOException("write " + address + ": " + why);
  }

  /** Whether a write has failed, so that what was written before may never get out. */
  boolean hasFailed() {
    return hasFailed;
  }

  void close() {
    thread.shutdown();
  }
}
