package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Gauge;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.OpenWire;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import dev.caravan.agent.source.Source;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master of a Modbus RTU line: asks each slave for its registers when they are due, and gives a block for each answer,
 * refusal or silence, and for each turn in which nothing could be asked. Only ever reads.
 *
 * <p><b>Which request an answer is for.</b> An answer names its unit and function and shows its length, but not its
 * request. So of the requests of one unit whose answers look alike (same function, same length) one is under way at a time,
 * and an answer is taken as its, in time or late, in the turn of another unit or in a pause. Once it was sent, the next of
 * them goes only when each sending of it is answered, or when no answer has come for {@link Schedule#answerLifeNs} (5 s,
 * four timeouts or twice the slowest answer, whichever is longest); until then the same request may be repeated, as any
 * answer to it is true. A refusal shows no length: it is believed if one request of its unit and function alone is under
 * way. What looks exactly like an answer of another request within that time waits for a second one, because slaves say things
 * twice: for as long as the slave takes or, where it did so of late, until one comes; and a slave that said something unasked is
 * given time to say it again. What was under way when the line was lost still counts when it is open again.
 *
 * <p>Everything happens inside {@link #read}, on the source's thread; a wait for an answer that is longer than one call goes
 * on in the next. A slave that is off, slow, or talks out of turn costs the others nothing but their share of noise: see
 * {@link Schedule} and {@link AnswerScan}.
 */
public final class ModbusSource implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(ModbusSource.class);

  private static final long MS = 1_000_000;
  private static final long READ_NS = 250 * MS;
  private static final int WRITE_MS = 150;

  /** After so many blocks of one call the rest waits for the next; one frame makes two at most. */
  private static final int MOST_BLOCKS = 4;

  /** So long, or for the timeout, the line is only listened to after it was opened. */
  private static final long OPENING_NS = 500 * MS;

  /** How long the line may take to fall silent before a request goes out all the same. */
  private static final long HUSH_NS = 50 * MS;

  /** The same while it does not fall silent at all. */
  private static final long SHORT_HUSH_NS = 10 * MS;

  /** After as many bytes as the answer has and this pause no answer is to come any more. */
  private static final long ENOUGH_NS = 50 * MS;

  /** So many answers in a row without an echo, and the line is known to have none. */
  private static final int ECHO_FREE = 3;

  private static final int ILLEGAL_ADDRESS = 2; // V1.1b3, 7
  private static final int ILLEGAL_VALUE = 3;
  private static final int ACKNOWLEDGE = 5;
  private static final int DEVICE_BUSY = 6;

  private final ModbusSettings settings;
  private final Line.Opener opener;
  private final Timeline timeline;
  private final LineTiming timing;
  private final Schedule schedule;
  private final AnswerScan scan;
  private final byte[] buffer = new byte[1024];
  private final OpenWire<Line> line;
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
  private @Nullable Poll asked;
  private @Nullable Answer doubtful;
  private long doubtfulNs;
  private long sentNs;
  private long deadlineNs;
  private long heardNs;
  private long hushUntilNs;
  private boolean isBusy;
  private int withoutEcho;
  private long strayCounted;
  private String trouble = "";
  private boolean wasDead;
  private String deadSince = "";
  private long quietNs;

  /** A source that is not yet open. */
  public ModbusSource(ModbusSettings settings, Timeline timeline, Health health) {
    this(settings, () -> Line.serial(settings.serial()), timeline, health);
  }

  ModbusSource(ModbusSettings settings, Line.Opener opener, Timeline timeline, Health health) {
    this.settings = settings;
    this.opener = opener;
    this.timeline = timeline;
    this.line = new OpenWire<>(settings.serial().port().toString());
    this.timing = LineTiming.of(settings.serial());
    this.schedule = new Schedule(settings, timing);
    this.scan = new AnswerScan(schedule.outstanding());
    String name = settings.name();
    this.part = health.part("source", name);
    this.silent = health.gauge(ModbusMetrics.SILENT, name);
    this.requests = health.counter(ModbusMetrics.REQUESTS, name);
    this.timeouts = health.counter(ModbusMetrics.TIMEOUTS, name);
    this.crcErrors = health.counter(ModbusMetrics.CRC_ERRORS, name);
    this.exceptions = health.counter(ModbusMetrics.EXCEPTIONS, name);
    this.retries = health.counter(ModbusMetrics.RETRIES, name);
    this.strayBytes = health.counter(ModbusMetrics.STRAY_BYTES, name);
    this.busyLine = health.counter(ModbusMetrics.BUSY_LINE, name);
    this.skipped = health.counter(ModbusMetrics.SKIPPED, name);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    close();
    Line opened = opener.open();
    long nowNs = timeline.monotonicNs();
    schedule.start(nowNs + Math.max(OPENING_NS, settings.timeoutNs()));
    asked = null;
    heardNs = nowNs;
    sentNs = nowNs;
    hushUntilNs = 0;
    isBusy = false;
    withoutEcho = 0;
    trouble = "";
    wasDead = false;
    part.remark("slaves", Part.State.OK, "");
    silent.set(0);
    line.opened(opened);
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    Line open = line.read();
    long endNs = timeline.monotonicNs() + READ_NS;
    long nowNs = timeline.monotonicNs();
    while (out.size() == 0 && nowNs < endNs) {
      if (reportTurns(nowNs, out)) {
        nowNs = timeline.monotonicNs();
        continue;
      }
      Poll now = asked;
      Poll next = now == null ? schedule.next(nowNs) : null;
      if (now != null) {
        awaitAnswer(open, now, endNs, out);
      } else if (next != null) {
        ask(open, next, endNs, out);
      } else {
        listen(open, Math.min(endNs, schedule.wakeNs(nowNs)), out);
      }
      nowNs = timeline.monotonicNs();
    }
    return true;
  }

  /**
   * Says of what is overdue for good, or was not asked in its turn, that there is no value.
   *
   * @return whether there is anything of that kind
   */
  private boolean reportTurns(long nowNs, FrameChunk out) {
    Poll lapsed = schedule.lapsed(nowNs);
    if (lapsed != null) {
      failed(lapsed, nowNs, true, out);
      return true;
    }
    Poll missed = schedule.missed(nowNs);
    if (missed != null) {
      addMissed(missed, out);
    }
    return missed != null;
  }

  private void addMissed(Poll poll, FrameChunk out) {
    skipped.add(schedule.takeSkipped());
    add(poll, Outcome.SILENCE, 0, Bytes.EMPTY, out);
  }

  /** Takes what comes until then. */
  private void listen(Line open, long untilNs, FrameChunk out) throws IOException {
    long waitNs = untilNs - timeline.monotonicNs();
    int count = open.listen(buffer, (int) Math.max(0, (waitNs + MS - 1) / MS));
    if (count > 0) {
      heardNs = timeline.monotonicNs();
      scan.accept(buffer, count);
    }
    takeFrames(timeline.monotonicNs(), out);
  }

  /** Waits until the line is silent, but not for ever, and asks. */
  private void ask(Line open, Poll poll, long endNs, FrameChunk out) throws IOException {
    long nowNs = timeline.monotonicNs();
    if (hushUntilNs == 0) {
      hushUntilNs = Math.max(nowNs, quietNs(poll)) + (isBusy ? SHORT_HUSH_NS : HUSH_NS);
    }
    listen(open, Math.min(endNs, Math.min(quietNs(poll), hushUntilNs)), out);
    nowNs = timeline.monotonicNs();
    boolean isQuiet = nowNs >= quietNs(poll);
    if (!isQuiet && nowNs < hushUntilNs) {
      return;
    }
    hushUntilNs = 0;
    isBusy = !isQuiet;
    if (isBusy) {
      busyLine.increment();
    }
    // What was just heard may have changed whose turn it is.
    if (schedule.isDue(poll, nowNs)) {
      send(open, poll);
    }
  }

  /** When the line has been quiet for long enough to ask. */
  private long quietNs(Poll poll) {
    return Math.max(heardNs, sentNs) + Math.max(timing.gapNs(), poll.slave.pauseNs);
  }

  private void send(Line open, Poll poll) throws IOException {
    countStray();
    scan.expect(poll.request, poll.frame, withoutEcho < ECHO_FREE);
    strayCounted = 0;
    quietNs = timeline.monotonicNs() - Math.max(heardNs, sentNs);
    open.write(poll.frame, WRITE_MS);
    asked = poll;
    doubtful = null;
    sentNs = timeline.monotonicNs() + timing.ofBytesNs(ReadRequest.REQUEST_BYTES);
    deadlineNs = schedule.keptFreeUntilNs(poll, sentNs);
    schedule.sent(poll, sentNs);
    requests.increment();
    if (poll.tries > 0) {
      retries.increment();
    }
  }

  private void countStray() {
    strayBytes.add(scan.strayBytes() - strayCounted);
    strayCounted = scan.strayBytes();
  }

  private void awaitAnswer(Line open, Poll poll, long endNs, FrameChunk out) throws IOException {
    boolean isEnough = scan.strayBytes() >= poll.request.answerBytes() && !scan.hasBegun();
    long enoughNs = isEnough ? heardNs + ENOUGH_NS : Long.MAX_VALUE;
    long overNs = Math.min(deadlineNs, enoughNs);
    listen(open, Math.min(endNs, Math.min(overNs, schedule.turnEndNs())), out);
    if (asked == null) {
      return;
    }
    long nowNs = timeline.monotonicNs();
    if (scan.hasBegun()) {
      // A slave that has begun may pause within its answer, but not for ever.
      long mostNs = sentNs + schedule.answerLifeNs(poll.slave);
      deadlineNs = Math.max(deadlineNs, Math.min(heardNs + settings.timeoutNs(), mostNs));
    }
    boolean isDamaged = scan.isDamaged() && !scan.hasBegun();
    boolean isOver = nowNs >= deadlineNs || (isEnough && nowNs >= heardNs + ENOUGH_NS);
    if (isDamaged || isOver) {
      while (asked != null && scan.skipBegun()) {
        takeFrames(nowNs, out);
      }
      if (asked != null) {
        giveUp(poll, nowNs, out);
      }
    }
  }

  private void takeFrames(long nowNs, FrameChunk out) {
    while (out.size() < MOST_BLOCKS && scan.next()) {
      Answer answer = scan.answer();
      if (answer.exceptionCode() != 0) {
        Poll poll = schedule.outstanding().refused(scan.unit(), scan.function());
        if (poll != null) {
          take(poll, answer, nowNs, out);
        }
      } else {
        Lookalikes alike = schedule
            .outstanding()
            .lookalikes(scan.unit(), scan.function(), answer.data().length());
        Poll poll = alike == null ? null : alike.owing();
        if (poll != null) {
          take(poll, answer, nowNs, out);
        } else if (alike != null) {
          schedule.saidUnasked(alike, answer, nowNs);
        }
      }
    }
    if (asked == null) {
      countStray();
    }
  }

  /** An answer to a request that is under way. */
  private void take(Poll poll, Answer answer, long nowNs, FrameChunk out) {
    if (!poll.isOpen && answer.equals(poll.lastAnswer)) {
      // The same once more, or the answer to an earlier try: the other may still come.
      schedule.saidUnasked(poll.lookalikes, answer, nowNs);
      return;
    }
    if (schedule.mayBeRepeat(poll, answer, nowNs)) {
      if (poll == asked) {
        doubtful = answer;
        doubtfulNs = nowNs;
        long usualNs = sentNs + 2 * poll.slave.slowestNs();
        deadlineNs = Math.min(deadlineNs, Math.max(usualNs, nowNs + ENOUGH_NS));
      }
      return;
    }
    scan.explain();
    if (poll == asked && doubtful != null) {
      schedule.saidUnasked(poll.lookalikes, doubtful, nowNs);
    }
    answered(poll, answer, nowNs, out);
  }

  private void answered(Poll poll, Answer answer, long nowNs, FrameChunk out) {
    if (poll == asked) {
      asked = null;
      poll.slave.askedAfter(quietNs, true);
      countStray();
      noteEcho();
    }
    boolean isWanted = poll.isOpen;
    if (schedule.answered(poll, answer, nowNs)) {
      LOG.info("{}: unit={} ({}) answers again", name(), poll.slave.unit, poll.slave.name);
    }
    if (!isWanted) {
      return;
    }
    if (answer.exceptionCode() != 0) {
      exceptions.increment();
      refused(poll, answer.exceptionCode(), nowNs, out);
    } else {
      give(poll, Outcome.READ, 0, answer.data(), nowNs, out);
    }
    showTrouble();
  }

  private void noteEcho() {
    if (scan.sawEcho()) {
      withoutEcho = 0;
    } else if (scan.strayBytes() < ReadRequest.REQUEST_BYTES) {
      withoutEcho++;
    }
  }

  /** Part of what was asked for may be all that the slave does not have. */
  private void refused(Poll poll, int code, long nowNs, FrameChunk out) {
    boolean isTooMuch = code == ILLEGAL_ADDRESS || code == ILLEGAL_VALUE;
    if (isTooMuch && halved(poll, "refuses (code " + code + ")", nowNs)) {
      return;
    }
    if (code == ACKNOWLEDGE || code == DEVICE_BUSY) {
      schedule.busy(poll, nowNs);
    }
    give(poll, Outcome.EXCEPTION, code, Bytes.EMPTY, nowNs, out);
  }

  private boolean halved(Poll poll, String what, long nowNs) {
    boolean did = schedule.halve(poll, nowNs);
    if (did) {
      LOG.info(
          "{}: unit={} {} function={}, address={}, count={}: asking for the halves",
          name(),
          poll.slave.unit,
          what,
          poll.request.function(),
          poll.request.address(),
          poll.request.count());
    }
    return did;
  }

  /** The time for the answer is over. */
  private void giveUp(Poll poll, long nowNs, FrameChunk out) {
    if (scan.echoData().length() > 0) {
      answered(poll, new Answer(0, scan.echoData()), nowNs, out);
      return;
    }
    if (doubtful != null && !scan.isDamaged() && !poll.slave.isDoubted(nowNs)) {
      // No other came in the time that the slave takes, and it does not say things twice: two
      // values are alike.
      scan.explain();
      answered(poll, doubtful, doubtfulNs, out);
      return;
    }
    asked = null;
    countStray();
    if (scan.isDamaged()) {
      crcErrors.increment();
      schedule.damaged(poll, nowNs);
      failed(poll, nowNs, false, out);
    } else if (doubtful != null) {
      poll.doubtful = doubtful;
      failed(poll, nowNs, false, out);
    } else if (scan.strayBytes() > 0 && !isBusy) {
      crcErrors.increment();
      failed(poll, nowNs, true, out);
    } else {
      // On a line that is never silent, bytes say nothing of the slave that was asked.
      timeouts.increment();
      poll.slave.askedAfter(quietNs, false);
      if (!schedule.waitsOn(poll, nowNs)) {
        failed(poll, nowNs, true, out);
      }
    }
  }

  private void failed(Poll poll, long nowNs, boolean wasLong, FrameChunk out) {
    boolean wasSilent = poll.slave.isSilent;
    if (schedule.failed(poll, nowNs, wasLong)) {
      return;
    }
    if (!wasSilent && poll.slave.isSilent) {
      LOG.warn("{}: unit={} ({}) does not answer", name(), poll.slave.unit, poll.slave.name);
    }
    showTrouble();
    give(poll, Outcome.SILENCE, 0, Bytes.EMPTY, nowNs, out);
    if (schedule.isTooLong(poll)) {
      halved(poll, "answers less than", nowNs);
    }
  }

  private void showTrouble() {
    String now = schedule.trouble();
    if (!now.equals(trouble)) {
      trouble = now;
      silent.set(schedule.silentSlaves());
      boolean isDead = schedule.isAllSilent();
      if (isDead && !wasDead) {
        deadSince = Instant.ofEpochSecond(timeline.nowNs() / 1_000_000_000L).toString();
      }
      wasDead = isDead;
      part.remark(
          "slaves",
          isDead ? Part.State.DEGRADED : Part.State.OK,
          isDead
              ? "since " + deadSince + " " + now
                  + ": all slaves; are they on, wires A and B right, `baud` and `parity` theirs?"
              : now);
    }
  }

  private void give(Poll poll, Outcome outcome, int code, Bytes data, long nowNs, FrameChunk out) {
    if (!poll.isProbe || outcome == Outcome.READ) {
      if (schedule.missed(poll, nowNs)) {
        addMissed(poll, out);
      }
      schedule.given(poll, nowNs);
      add(poll, outcome, code, data, out);
    }
  }

  private void add(Poll poll, Outcome outcome, int code, Bytes data, FrameChunk out) {
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
    line.take().ifPresent(Line::close);
  }
}
