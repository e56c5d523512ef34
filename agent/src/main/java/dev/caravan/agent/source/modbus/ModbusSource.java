package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Gauge;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.serial.SerialLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master of a Modbus RTU line: asks each slave for its registers when they are due, and gives a block for each answer,
 * refusal or silence. Only ever reads.
 *
 * <p>Everything happens inside {@link #read}, on the source's thread; a wait for an answer that is longer than one call goes
 * on in the next. A slave that is off or talks out of turn costs the others nothing but their share of noise: see {@link
 * Schedule} and {@link AnswerScan}.
 */
public final class ModbusSource implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(ModbusSource.class);

  private static final long READ_NS = 250_000_000;
  private static final int WRITE_MS = 150;

  /** How long the line may take to fall silent before a request goes out all the same. */
  private static final long HUSH_NS = 50_000_000;

  /** The same while it does not fall silent at all. */
  private static final long SHORT_HUSH_NS = 10_000_000;

  /** After as many bytes as the answer has and this pause no answer is to come any more. */
  private static final long ENOUGH_NS = 50_000_000;

  /** So many answers in a row without an echo, and the line is known to have none. */
  private static final int ECHO_FREE = 3;

  private static final int ILLEGAL_ADDRESS = 2; // V1.1b3, 7
  private static final int ILLEGAL_VALUE = 3;

  private final ModbusSettings settings;
  private final Timeline timeline;
  private final LineTiming timing;
  private final AnswerScan scan = new AnswerScan();
  private final byte[] buffer = new byte[1024];
  private final Part part;
  private final Gauge silent;
  private final Counter requests;
  private final Counter timeouts;
  private final Counter crcErrors;
  private final Counter exceptions;
  private final Counter retries;
  private final Counter strayBytes;
  private final Counter busyLine;
  private final Counter skipped;

  // while open
  private volatile @Nullable SerialLine line;
  private Schedule schedule;
  private @Nullable Poll asked;
  private long sentNs;
  private long deadlineNs;
  private long heardNs;
  private boolean isBusy;
  private int withoutEcho;
  private String silentSlaves = "";

  /** A source that is not yet open. */
  public ModbusSource(ModbusSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    this.timing = LineTiming.of(settings.serial());
    this.schedule = new Schedule(settings, timing, 0);
    String name = settings.name();
    this.part = health.part("source", name);
    this.silent = health.gauge("modbus.silent", name);
    this.requests = health.counter("modbus.requests", name);
    this.timeouts = health.counter("modbus.timeouts", name);
    this.crcErrors = health.counter("modbus.crc_errors", name);
    this.exceptions = health.counter("modbus.exceptions", name);
    this.retries = health.counter("modbus.retries", name);
    this.strayBytes = health.counter("modbus.stray_bytes", name);
    this.busyLine = health.counter("modbus.busy_line", name);
    this.skipped = health.counter("modbus.skipped", name);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    close();
    SerialLine opened = SerialLine.open(settings.serial());
    long nowNs = timeline.monotonicNs();
    schedule = new Schedule(settings, timing, nowNs);
    asked = null;
    heardNs = nowNs;
    isBusy = false;
    withoutEcho = 0;
    silentSlaves = "";
    silent.set(0);
    line = opened;
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    SerialLine open = line;
    if (open == null) {
      throw new IOException("read " + settings.serial().port() + ": closed");
    }
    long endNs = timeline.monotonicNs() + READ_NS;
    long nowNs = timeline.monotonicNs();
    while (out.size() == 0 && nowNs < endNs) {
      Poll poll = asked != null ? asked : schedule.next(nowNs);
      if (asked != null) {
        awaitAnswer(open, asked, Math.min(endNs, deadlineNs), out);
      } else if (poll != null) {
        ask(open, poll);
      } else {
        listen(open, Math.min(endNs, schedule.wakeNs(nowNs)) - nowNs);
      }
      nowNs = timeline.monotonicNs();
    }
    return true;
  }

  /** Takes what is on the line though nobody was asked; returns whether there was anything. */
  private boolean listen(SerialLine open, long waitNs) throws IOException {
    int count = open.read(buffer, millis(waitNs));
    if (count > 0) {
      strayBytes.add(count);
      heardNs = timeline.monotonicNs();
    }
    return count > 0;
  }

  private static int millis(long ns) {
    return (int) Math.max(0, (ns + 999_999) / 1_000_000);
  }

  /** Waits until the line is silent, but not for ever, and asks. */
  private void ask(SerialLine open, Poll poll) throws IOException {
    long startNs = timeline.monotonicNs();
    long hushNs = isBusy ? SHORT_HUSH_NS : HUSH_NS;
    isBusy = false;
    long silenceNs = heardNs + timing.gapNs() - startNs;
    while (listen(open, silenceNs)) {
      silenceNs = timing.gapNs();
      if (timeline.monotonicNs() - startNs >= hushNs) {
        isBusy = true;
        busyLine.increment();
        break;
      }
    }
    scan.expect(poll.request, poll.frame, withoutEcho < ECHO_FREE);
    open.write(poll.frame, WRITE_MS);
    asked = poll;
    sentNs = timeline.monotonicNs() + timing.ofBytesNs(ReadRequest.REQUEST_BYTES);
    deadlineNs = sentNs + schedule.timeoutNs(poll) + timing.ofBytesNs(poll.request.answerBytes());
    requests.increment();
    if (poll.tries > 0) {
      retries.increment();
    }
  }

  private void awaitAnswer(SerialLine open, Poll poll, long untilNs, FrameChunk out)
      throws IOException {
    long waitNs = untilNs - timeline.monotonicNs();
    boolean isEnough = scan.strayBytes() >= poll.request.answerBytes();
    int count = open.read(buffer, millis(isEnough ? Math.min(waitNs, ENOUGH_NS) : waitNs));
    long nowNs = timeline.monotonicNs();
    AnswerScan.State state = scan.accept(buffer, count);
    if (count > 0) {
      heardNs = nowNs;
    }
    boolean isOver = nowNs >= deadlineNs || (isEnough && nowNs - heardNs >= ENOUGH_NS);
    if (state != AnswerScan.State.OPEN || isOver) {
      asked = null;
      strayBytes.add(scan.strayBytes());
      conclude(poll, nowNs, out);
    }
  }

  private void conclude(Poll poll, long nowNs, FrameChunk out) {
    AnswerScan.State state = scan.state();
    if (state == AnswerScan.State.ANSWERED || scan.isEchoTheAnswer()) {
      answered(poll, nowNs);
      give(poll, Outcome.READ, 0, scan.data(), out);
    } else if (state == AnswerScan.State.EXCEPTION) {
      exceptions.increment();
      answered(poll, nowNs);
      refused(poll, nowNs, out);
    } else {
      failed(poll, nowNs, state == AnswerScan.State.DAMAGED, out);
    }
  }

  private void answered(Poll poll, long nowNs) {
    if (scan.sawEcho()) {
      withoutEcho = 0;
    } else if (scan.strayBytes() < ReadRequest.REQUEST_BYTES) {
      withoutEcho++;
    }
    if (schedule.answered(poll, nowNs, nowNs - sentNs)) {
      LOG.info("{}: unit={} ({}) answers again", name(), poll.slave.unit, poll.slave.name);
    }
    skipped.add(schedule.takeSkipped());
    showSilent();
  }

  /** Part of what was asked for may be all that the slave does not have. */
  private void refused(Poll poll, long nowNs, FrameChunk out) {
    int code = scan.exceptionCode();
    if ((code == ILLEGAL_ADDRESS || code == ILLEGAL_VALUE) && schedule.halve(poll, nowNs)) {
      LOG.info(
          "{}: unit={} refuses function={}, address={}, count={}, code={}: asking for the halves",
          name(),
          poll.slave.unit,
          poll.request.function(),
          poll.request.address(),
          poll.request.count(),
          code);
    } else {
      give(poll, Outcome.EXCEPTION, code, Bytes.EMPTY, out);
    }
  }

  private void failed(Poll poll, long nowNs, boolean wasDamaged, FrameChunk out) {
    // On a line that is never silent, bytes say nothing of the slave that was asked.
    if (wasDamaged || (scan.strayBytes() > 0 && !isBusy)) {
      crcErrors.increment();
    } else {
      timeouts.increment();
    }
    boolean wasSilent = poll.slave.isSilent;
    if (!schedule.failed(poll, nowNs, !wasDamaged)) {
      if (!wasSilent) {
        LOG.warn("{}: unit={} ({}) does not answer", name(), poll.slave.unit, poll.slave.name);
      }
      showSilent();
      give(poll, Outcome.SILENCE, 0, Bytes.EMPTY, out);
    }
  }

  private void showSilent() {
    String now = schedule.silentSlaves();
    if (!now.equals(silentSlaves)) {
      silentSlaves = now;
      silent.set(now.isEmpty() ? 0 : now.split(",", -1).length);
      part.set(Part.State.OK, now.isEmpty() ? "" : "no answer from unit " + now);
    }
  }

  private void give(Poll poll, Outcome outcome, int code, Bytes data, FrameChunk out) {
    ReadRequest request = poll.request;
    out.add(new RegisterBlock(
        timeline.nowNs(),
        request.unit(),
        request.function(),
        request.address(),
        request.count(),
        outcome,
        code,
        data));
  }

  @Override
  public void close() {
    SerialLine open = line;
    line = null;
    if (open != null) {
      open.close();
    }
  }
}
