package dev.caravan.agent.cli;

import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.replay.LogReader;
import dev.caravan.agent.source.replay.Verdict;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a log in their order, some at a time. They are read ahead on a thread of their own, {@code read-log}, where there is a
 * second processor for it, and otherwise by who takes them. Whatever has been read is given out before more is waited for. One
 * thread takes.
 */
final class LogFrames implements AutoCloseable {
  /** Some frames, and how far the log was read with them. */
  static final class Some {
    private final CanFrame[] frames = new CanFrame[MOST];
    private int size;
    private boolean isLast;
    private @Nullable Throwable failure;
    private long positionBytes;
    private long lineNumber;

    private Some() {
      for (int i = 0; i < MOST; i++) {
        frames[i] = new CanFrame();
      }
    }

    int size() {
      return size;
    }

    /** Takes one, and gives one for it that may be used again. */
    private CanFrame add(CanFrame frame) {
      CanFrame instead = frames[size];
      frames[size++] = frame;
      return instead;
    }

    private void clear() {
      size = 0;
      isLast = false;
      failure = null;
    }

    private void throwFailure() throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }

    /** One of them, good until the next ones are taken. */
    CanFrame frame(int index) {
      return frames[index];
    }

    /** How much of the file was read. */
    long positionBytes() {
      return positionBytes;
    }

    /** Of the line read last. */
    long lineNumber() {
      return lineNumber;
    }
  }

  /** What is to be done before there may be nothing to do for long. */
  interface BeforeWaiting {
    void run() throws IOException;
  }

  private static final int MOST = 512;

  /** There may be many that are no frames. */
  private static final int MOST_LINES = 8 * MOST;

  private static final int AHEAD = 4;

  private final BeforeWaiting beforeWaiting;
  private final boolean isAwaited;
  private final boolean isAhead;
  private final Thread thread = new Thread(this::readAhead, "read-log");
  private final BlockingQueue<Some> free = new ArrayBlockingQueue<>(AHEAD);
  private final BlockingQueue<Some> full = new ArrayBlockingQueue<>(AHEAD);
  private final LogReader reader;

  // of the thread that reads
  private Some filling = new Some();
  private CanFrame spare = new CanFrame();

  // of the thread that takes
  private @Nullable Some taken;

  /**
   * Opens a plain file.
   *
   * @param isAhead whether a thread of its own reads it
   * @param beforeWaiting is called by who takes frames, where there are none yet
   */
  static LogFrames open(Path file, boolean isAhead, BeforeWaiting beforeWaiting)
      throws IOException {
    return new LogFrames(frames -> LogReader.open(file), false, isAhead, beforeWaiting);
  }

  /** The same for a stream that may have to be waited for; waits for its beginning. */
  static LogFrames of(InputStream in, boolean isAhead, BeforeWaiting beforeWaiting)
      throws IOException {
    return new LogFrames(
        frames -> LogReader.of(frames.new Awaited(in)), true, isAhead, beforeWaiting);
  }

  private interface Opening {
    LogReader open(LogFrames frames) throws IOException;
  }

  private LogFrames(
      Opening opening, boolean isAwaited, boolean isAhead, BeforeWaiting beforeWaiting)
      throws IOException {
    this.isAwaited = isAwaited;
    this.isAhead = isAhead;
    this.beforeWaiting = beforeWaiting;
    this.reader = opening.open(this);
    if (isAhead) {
      for (int i = 1; i < AHEAD; i++) {
        free.add(new Some());
      }
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Has everything that was read given out before more is wanted. */
  private final class Awaited extends FilterInputStream {
    Awaited(InputStream in) {
      super(in);
    }

    private void give() throws IOException {
      if (!isAhead) {
        beforeWaiting.run();
      } else if (filling.size > 0) {
        handOver();
      }
    }

    @Override
    public int read() throws IOException {
      give();
      return super.read();
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      give();
      return super.read(target, from, length);
    }
  }

  /** Who counts the lines; may be asked once there are no more frames. */
  LogReader reader() {
    return reader;
  }

  /**
   * The next frames, at times none; null at the end.
   *
   * @throws IOException if the log cannot be read on, once all frames before that were given out
   */
  @Nullable
  Some next() throws IOException {
    Some before = taken;
    if (before != null && before.isLast) {
      before.throwFailure();
      return null;
    }
    if (!isAhead) {
      // where it may be waited for a frame alone, since there is nobody to take others meanwhile
      fill(isAwaited ? 1 : MOST);
      taken = filling;
      return filling;
    }
    try {
      if (before != null) {
        free.put(before);
      }
      Some some = full.poll();
      if (some == null) {
        beforeWaiting.run();
        some = full.take();
      }
      taken = some;
      return some;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  private void readAhead() {
    try {
      do {
        fill(MOST);
      } while (handOver());
    } catch (IOException e) {
      // nobody takes any more
      reader.close();
    }
  }

  /** Reads until there are so many frames; what goes wrong is given out behind them. */
  private void fill(int most) {
    filling.clear();
    try {
      // reading on may have what was filled given out, and begin anew
      for (int lines = 0; filling.size < most && lines < MOST_LINES; lines++) {
        Verdict verdict = reader.next(spare);
        if (verdict == Verdict.FRAME) {
          spare = filling.add(spare);
        } else if (verdict == Verdict.END) {
          filling.isLast = true;
          break;
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      filling.isLast = true;
      filling.failure = e;
    }
    filling.positionBytes = reader.positionBytes();
    filling.lineNumber = reader.lineNumber();
  }

  /** Gives out what was read, and takes an empty one for what comes; false behind the last. */
  private boolean handOver() throws IOException {
    boolean isLast = filling.isLast;
    try {
      full.put(filling);
      if (!isLast) {
        filling = free.take();
        filling.clear();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    return !isLast;
  }

  /** Ends the reading; closes the log, unless it is just waited for, which may last. */
  @Override
  public void close() {
    if (isAhead) {
      thread.interrupt();
    }
    if (!isAhead || (taken != null && taken.isLast)) {
      reader.close();
    }
  }
}
