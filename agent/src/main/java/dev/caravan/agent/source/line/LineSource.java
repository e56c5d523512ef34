package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.SourceMetrics;
import dev.caravan.agent.source.serial.SerialLine;
import dev.caravan.agent.source.serial.SerialReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * A sensor that sends messages of a form of its own, by itself or when asked. It is first asked when it is known where
 * messages begin, so that the rest of an answer to whoever had the port before is not taken for its own.
 *
 * <p>A board that slept, or a reader that was held up until the port's buffer was full, has missed bytes: what follows
 * may be the rest of a message, as after an opening.
 *
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class LineSource implements Source {
  private static final int WRITE_MS = 500;

  /** While it is not known where a message begins, a shorter pause is noticed. */
  private static final int LISTEN_MS = 100;

  /** After an opening a sensor is asked by then, whatever it says meanwhile. */
  private static final long ASK_LATEST_NS = 2_000_000_000L;

  /** The kernel holds 4095 bytes; a driver may stop the line a little earlier. */
  private static final int FULL_BYTES = 3_900;

  private static final int BITS_PER_BYTE = 10;
  private static final long ASLEEP_NS = 500_000_000L;

  private static final long SILENT_NS = 10_000_000_000L;
  private static final String RUBBISH = "that are none";
  private static final String RUBBISH_HINT =
      "wrong `baud` or `parity`, another form than `message` says, or a bad cable?";

  /** A sensor that talks by itself may do so once an hour. */
  private static final FrameWatch.Meaning SILENCE =
      new FrameWatch.Meaning("message", Part.State.OK, "", RUBBISH, RUBBISH_HINT);

  private static final FrameWatch.Meaning NO_ANSWER = new FrameWatch.Meaning(
      "answer",
      Part.State.DEGRADED,
      "is the sensor on and its wire connected, is `ask` what it wants to hear?",
      RUBBISH,
      RUBBISH_HINT);

  private final LineSettings settings;
  private final Timeline timeline;
  private final Cutter cutter;
  private final Counter asked;
  private final LossRun malformed;
  private final Counter passedOver;
  private final SerialReader reader;
  private final long[] nextAskNs;

  /** How long the line takes to fill the port's buffer, a second at least. */
  private final long fillsInNs;

  // while open
  private boolean asks;
  private long openedNs;
  private long latestReadNs;
  private long quietSinceNs;
  private long asleepNs;

  /** A source that is not yet open. */
  public LineSource(LineSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    Counter malformedMessages = health.counter(SharedMetrics.SOURCE_MALFORMED, settings.name());
    this.malformed =
        new LossRun(settings.name(), "malformed messages", malformedMessages, timeline);
    long longestNs = settings.questions().stream()
        .mapToLong(LineSettings.Question::periodNs)
        .max()
        .orElse(0);
    this.passedOver = health.counter(SourceMetrics.PASSED_OVER, settings.name());
    Sensor sensor = new Sensor();
    this.cutter = settings.form().cutter(sensor);
    this.reader = new SerialReader(
        settings.serial(),
        sensor,
        malformed,
        new FrameWatch(
            settings.name(),
            longestNs > 0 ? NO_ANSWER : SILENCE,
            SILENT_NS + 2 * longestNs,
            malformedMessages::value,
            timeline,
            health),
        timeline);
    this.asked = health.counter(LineMetrics.ASKED, settings.name());
    this.nextAskNs = new long[settings.questions().size()];
    this.fillsInNs =
        Math.max(1, FULL_BYTES * BITS_PER_BYTE / settings.serial().baud()) * 1_000_000_000L;
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    reader.open();
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    int waitMs = ask(reader.line());
    reader.read(cutter.isInStep() ? waitMs : Math.min(waitMs, LISTEN_MS), out);
    return true;
  }

  /** Asks what is due; returns how long until the next question, at most {@value SerialReader#WAIT_MS} ms. */
  private int ask(SerialLine open) throws IOException {
    long nowNs = timeline.monotonicNs();
    long waitNs = SerialReader.WAIT_MS * 1_000_000L;
    asks |= cutter.isInStep() || nowNs - openedNs >= ASK_LATEST_NS;
    if (!asks) {
      return SerialReader.WAIT_MS;
    }
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
    reader.close();
  }

  /** What the far end says, and what is no message. */
  private final class Sensor implements SerialReader.Protocol, Cutter.Doubt {
    @Override
    public int begin(SerialLine line, byte[] buffer) {
      cutter.reset();
      openedNs = timeline.monotonicNs();
      latestReadNs = openedNs;
      quietSinceNs = openedNs;
      asleepNs = timeline.sinceBootNs() - openedNs;
      asks = false;
      Arrays.fill(nextAskNs, openedNs);
      return 0;
    }

    @Override
    public void waited(int atMostMs, int count, FrameChunk out) throws IOException {
      long nowNs = timeline.monotonicNs();
      boolean isGap = noticeGap(nowNs, atMostMs, count);
      if (count > 0 || isGap) {
        quietSinceNs = nowNs;
      } else {
        // only a read that found nothing shows that nothing had come
        cutter.quiet(nowNs - quietSinceNs, out);
      }
    }

    /** Puts the cutter out of step where bytes may be missing. */
    private boolean noticeGap(long nowNs, int atMostMs, int count) throws IOException {
      long heldUpNs = nowNs - latestReadNs - atMostMs * 1_000_000L;
      long asleep = timeline.sinceBootNs() - nowNs;
      boolean hasSlept = asleep - asleepNs > ASLEEP_NS;
      boolean isOverrun = count >= FULL_BYTES && heldUpNs > fillsInNs;
      latestReadNs = nowNs;
      asleepNs = asleep;
      if (!hasSlept && !isOverrun) {
        return false;
      }
      cutter.reset();
      if (isOverrun && !cutter.isInStep()) {
        // the gap is anywhere behind what is read first
        malformed.lost(
            1,
            "port's buffer full",
            () -> "port's buffer full: held up for " + heldUpNs / 1_000_000 + " ms");
        reader.discard();
      }
      return true;
    }

    @Override
    public int accept(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
      return cutter.cut(bytes, from, to, timeNs, out);
    }

    @Override
    public void malformed(String why, byte[] bytes, int from, int to) {
      malformed.lost(1, why, () -> why + ": " + Bytes.of(bytes, from, to - from).printable(60));
    }

    @Override
    public void passedOver(int bytes) {
      passedOver.add(bytes);
    }
  }
}
