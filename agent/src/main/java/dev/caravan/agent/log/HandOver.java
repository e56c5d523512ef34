package dev.caravan.agent.log;

import dev.caravan.agent.health.Counter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Between those who log and the one thread that writes, so that nobody else waits for a reader of the log. It holds 128 KiB;
 * when it is full the oldest lines are dropped and counted, and their number stands before what is read next.
 *
 * <p>Any thread gives; the thread {@code log} runs it.
 */
final class HandOver implements Runnable {
  static final int MOST_BYTES = 128 << 10;
  private static final long MS = 1_000_000;

  /** Of a line beside its bytes. */
  private static final int OVERHEAD_BYTES = 32;

  private final OutputStream out;
  private final LogText text;
  private final LongSupplier monotonicNs;
  private final LongSupplier epochMs;

  // guarded by this
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private final Repeats repeats = new Repeats();
  private long heldBytes;
  private boolean isWriting;
  private long droppedUntold;
  private long dropped;
  private long leftOut;
  private @Nullable Counter droppedCounter;
  private @Nullable Counter leftOutCounter;

  HandOver(OutputStream out, LogText text, LongSupplier monotonicNs, LongSupplier epochMs) {
    this.out = out;
    this.text = text;
    this.monotonicNs = monotonicNs;
    this.epochMs = epochMs;
  }

  /** Counts there from now on, and what was counted before. */
  synchronized void countIn(Counter droppedLines, Counter leftOutLines) {
    droppedCounter = droppedLines;
    leftOutCounter = leftOutLines;
    droppedLines.add(dropped);
    leftOutLines.add(leftOut);
  }

  /** A message of the log; {@code kind} is what it is made from. */
  synchronized void log(
      LogLevel level, String logger, String kind, String message, @Nullable Throwable cause) {
    long nowNs = monotonicNs.getAsLong();
    sumUp(nowNs, false);
    if (level == LogLevel.DEBUG || repeats.passes(kind, message, nowNs)) {
      add(text.lines(level, epochMs.getAsLong(), logger, message, cause));
    } else {
      leftOut++;
      if (leftOutCounter != null) {
        leftOutCounter.increment();
      }
      // who waits must know when to sum up
      notifyAll();
    }
  }

  /** A line that somebody printed, without its end. */
  synchronized void print(String line) {
    add(text.printed(line));
  }

  /** Sums up what was left out so far, as before last words. */
  synchronized void sumUp() {
    sumUp(monotonicNs.getAsLong(), true);
  }

  private void sumUp(long nowNs, boolean all) {
    repeats.ended(nowNs, all).forEach(this::note);
  }

  private void note(String message) {
    add(text.lines(LogLevel.WARN, epochMs.getAsLong(), "Log", message, null));
  }

  private void add(String lines) {
    byte[] line = lines.getBytes(StandardCharsets.UTF_8);
    waiting.addLast(line);
    heldBytes += line.length + OVERHEAD_BYTES;
    while (heldBytes > MOST_BYTES && waiting.size() > 1) {
      heldBytes -= waiting.removeFirst().length + OVERHEAD_BYTES;
      droppedUntold++;
      drop();
    }
    notifyAll();
  }

  private synchronized void drop() {
    dropped++;
    if (droppedCounter != null) {
      droppedCounter.increment();
    }
  }

  /** Writes what is given, until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        byte[] next = take();
        try {
          out.write(next);
        } catch (IOException e) {
          // whoever read it is gone; another may come
          drop();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized byte[] take() throws InterruptedException {
    isWriting = false;
    notifyAll();
    while (waiting.isEmpty()) {
      long nowNs = monotonicNs.getAsLong();
      sumUp(nowNs, false);
      if (waiting.isEmpty()) {
        // 0 is for ever
        long dueNs = repeats.dueNs(nowNs);
        wait(dueNs == Long.MAX_VALUE ? 0 : dueNs / MS + 1);
      }
    }
    isWriting = true;
    if (droppedUntold > 0) {
      long count = droppedUntold;
      droppedUntold = 0;
      return text.lines(
              LogLevel.WARN,
              epochMs.getAsLong(),
              "Log",
              "log: dropped " + count + " lines, for nobody read them in time",
              null)
          .getBytes(StandardCharsets.UTF_8);
    }
    byte[] next = waiting.removeFirst();
    heldBytes -= next.length + OVERHEAD_BYTES;
    return next;
  }

  /** Waits, at most so long, until all that was given is written. */
  synchronized void flush(long atMostMs) {
    sumUp();
    long untilNs = System.nanoTime() + atMostMs * MS;
    try {
      while (isWriting || !waiting.isEmpty()) {
        long leftMs = (untilNs - System.nanoTime()) / MS;
        if (leftMs <= 0) {
          return;
        }
        wait(leftMs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
