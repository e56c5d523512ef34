package dev.caravan.agent.source.replay;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of CAN frames, replayed at its own pace, at a multiple of it, or as fast as chunks are taken.
 *
 * <p>Every frame of the log is given out once for each loop and in the order of the log: opened again after a read that
 * failed, it goes on behind the line it had come to. Lines that cannot be read are counted and left out. At its end,
 * without {@code loop}, {@link #read} returns false.
 *
 * <p>{@link #close()} may come from any thread and waits for a running {@link #read}, which it ends at once.
 */
public final class ReplaySource implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);

  private static final long LONGEST_WAIT_NS = 200_000_000L;

  /** Frames due within this time are given out together: wake-ups cost more than frames. */
  private static final long TOGETHER_NS = 5_000_000L;

  /** Lines looked at in one call: bounds it where a log has no frames to give. */
  private static final int MOST_LINES = 100_000;

  private final String name;
  private final ReplaySettings settings;
  private final Timeline timeline;
  private final Counter malformed;

  // from open to close
  private volatile Stop stop = new Stop();
  private @Nullable LogReader reader;

  // over all loops
  private ReplayClock clock;
  private final Condition unreadable = new Condition();
  private int remarksSaid;

  // the next frame, read ahead of its time
  private final CanFrame pending = new CanFrame();
  private boolean hasPending;

  // where to go on after a failure, in lines of this loop
  private boolean hasFailed;
  private long linesDone;

  /** A replay; its counter is {@code source.malformed}. */
  public ReplaySource(String name, ReplaySettings settings, Timeline timeline, Health health) {
    this.name = name;
    this.settings = settings;
    this.timeline = timeline;
    this.malformed = health.counter(SharedMetrics.SOURCE_MALFORMED, name);
    this.clock = new ReplayClock(settings.speed());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized void open() throws IOException {
    closeLog();
    stop = new Stop();
    if (!hasFailed) {
      clock = new ReplayClock(settings.speed());
      hasPending = false;
      linesDone = 0;
    }
    reader = openAfter(linesDone);
    hasFailed = false;
  }

  /** Opens the log and steps over the lines that were read before. */
  private LogReader openAfter(long lines) throws IOException {
    LogReader opened = openLog();
    try {
      CanFrame skipped = new CanFrame();
      while (opened.lineNumber() < lines && opened.next(skipped) != Verdict.END) {
        // already given out
      }
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  private LogReader openLog() throws IOException {
    try {
      return LogReader.open(settings.file());
    } catch (UnreadableLogException e) {
      throw new IOException("open " + settings.file() + ": " + Words.reason(e), e);
    }
  }

  @Override
  public synchronized boolean read(FrameChunk out) throws IOException {
    LogReader log = reader;
    if (log == null) {
      throw new IOException(name + ": read " + settings.file() + ": not open");
    }
    try {
      boolean isMore = settings.isAtOnce() ? readAll(log, out) : readDue(log, out);
      remark(current(log));
      return isMore;
    } catch (IOException e) {
      hasFailed = true;
      linesDone = current(log).lineNumber();
      throw new IOException("read " + settings.file() + ": " + Words.reason(e), e);
    }
  }

  /** The reader in use, which a new loop replaces. */
  private LogReader current(LogReader otherwise) {
    return reader == null ? otherwise : reader;
  }

  /** Fills the chunk. */
  private boolean readAll(LogReader log, FrameChunk out) throws IOException {
    LogReader from = log;
    for (int lines = 0; lines < MOST_LINES && !out.isFull() && !stop.isRequested(); lines++) {
      CanFrame frame = out.addCan();
      boolean isGood = false;
      try {
        Verdict verdict = from.next(frame);
        isGood = verdict == Verdict.FRAME && isWanted(frame);
        if (isGood) {
          stamp(frame);
        } else if (verdict == Verdict.END) {
          LogReader again = nextLoop(from);
          if (again == null) {
            return false;
          }
          from = again;
        } else if (verdict.isMalformed()) {
          count(verdict, from.lineNumber());
        }
      } finally {
        if (!isGood) {
          out.removeLast();
        }
      }
    }
    return true;
  }

  /** Waits until the next frame is due, not too long, then gives out all that are. */
  private boolean readDue(LogReader log, FrameChunk out) throws IOException {
    LogReader from = log;
    boolean hasWaited = false;
    for (int lines = 0; lines < MOST_LINES && !out.isFull() && !stop.isRequested(); lines++) {
      if (!hasPending) {
        Verdict verdict = from.next(pending);
        if (verdict == Verdict.FRAME && isWanted(pending)) {
          stamp(pending);
          hasPending = true;
        } else if (verdict == Verdict.END) {
          LogReader again = nextLoop(from);
          if (again == null) {
            return false;
          }
          from = again;
        } else if (verdict.isMalformed()) {
          count(verdict, from.lineNumber());
        }
        continue;
      }
      long waitNs = clock.waitNs(timeline.monotonicNs());
      if (waitNs > 0) {
        if (hasWaited || out.size() > 0) {
          return true;
        }
        hasWaited = true;
        stop.await(Math.min(LONGEST_WAIT_NS, Math.max(waitNs, TOGETHER_NS)));
        continue;
      }
      out.addCan().copyOf(pending);
      hasPending = false;
    }
    return true;
  }

  private boolean isWanted(CanFrame frame) {
    return settings.channel().isEmpty() || settings.channel().equals(frame.channel());
  }

  private void stamp(CanFrame frame) {
    boolean isShifted = settings.times() == ReplaySettings.Times.NOW;
    frame.setTimeNs(clock.next(frame.timeNs(), isShifted ? timeline.nowNs() : 0, isShifted));
  }

  /** Begins anew at the end of the log; null where it is to be read once, or has no frame. */
  private @Nullable LogReader nextLoop(LogReader ended) throws IOException {
    if (!settings.loop()) {
      LOG.info(
          "{}: end of {}: lines={}, malformed={}",
          name,
          settings.file(),
          ended.lineNumber(),
          ended.malformed());
      return null;
    }
    if (!clock.hasFrame()) {
      LOG.warn("{}: {} has no frame to replay again", name, settings.file());
      return null;
    }
    LogReader again = openLog();
    clock.endLoop();
    ended.close();
    reader = again;
    return again;
  }

  /** Says once what is odd in the log; another loop has the same to say. */
  private void remark(LogReader log) {
    for (; remarksSaid < log.remarks().size(); remarksSaid++) {
      LOG.warn("{}: {}: {}", name, settings.file(), log.remarks().get(remarksSaid));
    }
  }

  private void count(Verdict verdict, long line) {
    malformed.increment();
    if (unreadable.isNews(verdict.words())) {
      LOG.warn("{}: {}:{} is {}; left out", name, settings.file(), line, verdict.words());
    }
  }

  @Override
  public void close() {
    stop.request();
    synchronized (this) {
      closeLog();
    }
  }

  private void closeLog() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
