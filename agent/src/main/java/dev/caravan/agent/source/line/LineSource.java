package dev.caravan.agent.source.line;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.serial.SerialLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A sensor that sends messages of a form of its own, by itself or when asked. One thread opens and reads; {@link
 * #close()} may come from any.
 */
public final class LineSource implements Source {
  private static final int READ_MS = 250;
  private static final int WRITE_MS = 500;
  private static final int BUFFER_BYTES = 4096;

  private final LineSettings settings;
  private final Timeline timeline;
  private final Cutter cutter;
  private final Counter asked;
  private final LossRun malformed;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final long[] nextAskNs;

  // while open
  private volatile @Nullable SerialLine line;
  private int used;
  private int filled;
  private long readNs;

  /** A source that is not yet open. */
  public LineSource(LineSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    this.malformed = new LossRun(
        settings.name(),
        "malformed messages",
        health.counter("source.malformed", settings.name()),
        timeline);
    this.cutter = settings
        .form()
        .cutter(() -> malformed.lost(1, "bytes that are no message, or one with a wrong checksum"));
    this.asked = health.counter("line.asked", settings.name());
    this.nextAskNs = new long[settings.questions().size()];
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    close();
    SerialLine opened = SerialLine.open(settings.serial());
    cutter.reset();
    used = 0;
    filled = 0;
    java.util.Arrays.fill(nextAskNs, timeline.monotonicNs());
    line = opened;
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    SerialLine open = line;
    if (open == null) {
      throw new IOException("read " + settings.serial().port() + ": closed");
    }
    malformed.tick();
    int waitMs = ask(open);
    used = cutter.cut(buffer, used, filled, readNs, out);
    if (out.size() == 0) {
      used = 0;
      filled = 0;
      filled = open.read(buffer, waitMs);
      readNs = timeline.nowNs();
      used = cutter.cut(buffer, 0, filled, readNs, out);
    }
    return true;
  }

  /** Asks what is due; returns how long until the next question, at most {@value #READ_MS} ms. */
  private int ask(SerialLine open) throws IOException {
    long nowNs = timeline.monotonicNs();
    long waitNs = READ_MS * 1_000_000L;
    for (int i = 0; i < nextAskNs.length; i++) {
      LineSettings.Question question = settings.questions().get(i);
      if (nextAskNs[i] <= nowNs) {
        open.write(question.bytes().toArray(), WRITE_MS);
        asked.increment();
        // a late question is asked once, not as often as it was missed
        nextAskNs[i] =
            Math.max(nextAskNs[i] + question.periodNs(), nowNs + question.periodNs() / 2);
      }
      waitNs = Math.min(waitNs, nextAskNs[i] - nowNs);
    }
    return (int) Math.max(1, waitNs / 1_000_000);
  }

  @Override
  public void close() {
    SerialLine closing = line;
    line = null;
    if (closing != null) {
      closing.close();
      malformed.end();
    }
  }
}
