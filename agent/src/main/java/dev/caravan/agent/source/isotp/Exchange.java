package dev.caravan.agent.source.isotp;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.Patience;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and the replies to it, one request at a time. Never waits: it is told of the frames of the bus, and of the
 * passing of time.
 *
 * <p>A request to one unit is over with its reply. One to everyone is over when nobody has said anything for the timeout.
 * A message that has begun is waited for as long as its frames come, a unit that says "response pending" for 5 s from
 * then on unless {@link Patience} says otherwise, and nothing longer than 10 s. Replies to anything else than the request are not taken, and a message of
 * several frames that is none gets no flow control.
 *
 * <p>One thread.
 *
 * @see "ISO 15765-2:2016, 9.6.5; ISO 14229-2:2013, 7.2, P2 and P2*"
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** P2*client: ISO 14229-2:2013, table 4. */
  private static final long PENDING_NS = 5_000_000_000L;

  private static final long LONGEST_NS = 10_000_000_000L;

  private static final int CONTINUE = 0x30;
  private static final int OVERFLOW = 0x32;
  private static final int FRAME_BYTES = 8;

  /** ISO 15765-2:2016, 10.4.2.1: what unused bytes should be. */
  private static final int PADDING = 0xCC;

  /** What is heard of one unit. */
  private static final class Unit {
    final IsoTpReassembler joining;

    // of the request under way
    boolean isDone;
    boolean isBroken;
    boolean isPending;
    boolean isWorthIt;
    long pendingUntilNs;

    Unit(IsoTpReassembler joining) {
      this.joining = joining;
    }

    void forget() {
      joining.reset();
      isDone = false;
      isBroken = false;
      isPending = false;
    }
  }

  private final String name;
  private final CanTransmitter bus;
  private final Addressing addressing;
  private final long timeoutNs;
  private final Timeline timeline;
  private final IsoTpCounts counts;
  private final Patience patience;
  private final Counter unasked;
  private final CanFrame frame = new CanFrame();
  private final Map<Integer, Unit> units = new LinkedHashMap<>();
  private final Condition refused = new Condition();

  // the request under way
  private boolean isUnderWay;
  private boolean isToEveryone;
  private int requestId;
  private int replyId;
  private Bytes request = Bytes.EMPTY;
  private int answers;
  private long beganNs;
  private long latestNs;

  /** Exchanges over a bus; {@code timeoutNs} is P2, the wait for a first or a further unit. */
  Exchange(
      String name,
      CanTransmitter bus,
      Addressing addressing,
      long timeoutNs,
      Timeline timeline,
      Health health) {
    this.name = name;
    this.bus = bus;
    this.addressing = addressing;
    this.timeoutNs = timeoutNs;
    this.timeline = timeline;
    this.counts = IsoTpCounts.of(health, name);
    this.patience = new Patience(name, timeline, health);
    this.unasked = health.counter(IsoTpMetrics.UNASKED, name);
  }

  /** Whether a request waits for its replies. */
  boolean isUnderWay() {
    return isUnderWay;
  }

  /** Forgets a request that is under way, and the units: the wire was lost. */
  void abandon() {
    isUnderWay = false;
    patience.begin();
  }

  /**
   * Sends a request; none may be under way.
   *
   * @throws IOException if the wire is lost
   */
  void begin(DiagnosticRequest asked) throws IOException {
    request = asked.payload();
    isToEveryone = asked.target() == DiagnosticRequest.EVERYONE;
    requestId = isToEveryone ? addressing.everyone() : asked.target();
    replyId = asked.answer();
    units.values().forEach(Unit::forget);
    answers = 0;
    beganNs = timeline.monotonicNs();
    latestNs = beganNs;
    isUnderWay = true;
    begin(requestId);
    frame.putByte(0, request.length());
    for (int i = 0; i < request.length(); i++) {
      frame.putByte(1 + i, request.at(i));
    }
    send("request");
  }

  private void begin(int id) {
    frame.begin(timeline.nowNs(), id, Addressing.flagsOf(id), FRAME_BYTES);
    for (int i = 0; i < FRAME_BYTES; i++) {
      frame.putByte(i, PADDING);
    }
  }

  private void send(String what) throws IOException {
    if (!bus.transmit(frame) && refused.isNews(Integer.toHexString(frame.id()))) {
      LOG.warn(
          "{}: a {} cannot be sent: id={}; is it in allow_transmit?",
          name,
          what,
          Integer.toHexString(frame.id()));
    }
  }

  /** {@code 3S 00 00}: all at once, as fast as you can, to the unit that sent a first frame. */
  private void sendFlowControl(int status, CanFrame heard) throws IOException {
    begin(isToEveryone ? addressing.toOne(addressing.unit(heard)) : requestId);
    frame.putByte(0, status);
    frame.putByte(1, 0);
    frame.putByte(2, 0);
    send("flow control");
  }

  /**
   * Looks at a frame of the bus, whatever it is.
   *
   * @throws IOException if the wire is lost
   */
  void hear(CanFrame heard, Consumer<DiagnosticReply> out) throws IOException {
    if (!isUnderWay || !isExpected(heard)) {
      return;
    }
    Unit unit = units.computeIfAbsent(
        heard.id(), id -> new Unit(new IsoTpReassembler(IsoTpReassembler.MOST_BYTES, counts)));
    if (unit.isDone) {
      return;
    }
    switch (unit.joining.accept(heard)) {
      case FIRST -> first(heard, unit);
      case NEXT -> latestNs = timeline.monotonicNs();
      case WHOLE -> whole(heard, unit, out);
      case TOO_LONG -> {
        unit.isBroken = true;
        sendFlowControl(OVERFLOW, heard);
      }
      case BROKEN -> unit.isBroken = true;
      case NONE -> {}
    }
  }

  private boolean isExpected(CanFrame heard) {
    if ((heard.flags() & (CanFrame.REMOTE | CanFrame.ERROR | CanFrame.SENT)) != 0) {
      return false;
    }
    return isToEveryone
        ? addressing.isReply(heard)
        : heard.id() == replyId
            && (heard.flags() & CanFrame.EXTENDED) == Addressing.flagsOf(replyId);
  }

  private void first(CanFrame heard, Unit unit) throws IOException {
    if (!Matching.answers(unit.joining.message(), request)) {
      unasked.increment();
      unit.joining.reset();
      return;
    }
    latestNs = timeline.monotonicNs();
    sendFlowControl(CONTINUE, heard);
  }

  private void whole(CanFrame heard, Unit unit, Consumer<DiagnosticReply> out) {
    Bytes reply = unit.joining.message();
    if (!Matching.answers(reply, request)) {
      unasked.increment();
      return;
    }
    latestNs = timeline.monotonicNs();
    if (Matching.isPending(reply)) {
      unit.isWorthIt = unit.isPending ? unit.isWorthIt : patience.isWorthIt(heard.id(), request);
      unit.isPending = true;
      unit.pendingUntilNs = latestNs + PENDING_NS;
      return;
    }
    patience.answered(heard.id(), request, unit.isPending);
    unit.isPending = false;
    unit.isDone = true;
    answers++;
    Outcome outcome = reply.at(0) == Matching.NEGATIVE ? Outcome.NEGATIVE : Outcome.POSITIVE;
    out.accept(new DiagnosticReply(heard.timeNs(), heard.id(), request, outcome, reply));
    isUnderWay = isToEveryone;
  }

  /** Ends the request when its time is over, and gives out what is to be said of units that have not answered. */
  void tick(Consumer<DiagnosticReply> out) {
    if (!isUnderWay) {
      return;
    }
    long nowNs = timeline.monotonicNs();
    boolean waits = false;
    for (Unit unit : units.values()) {
      unit.isBroken |= unit.joining.expire(timeline.nowNs());
      waits |= unit.joining.isOpen()
          || (unit.isPending && unit.isWorthIt && nowNs < unit.pendingUntilNs);
    }
    if ((!waits && nowNs - latestNs >= timeoutNs) || nowNs - beganNs >= LONGEST_NS) {
      end(out);
    }
  }

  private void end(Consumer<DiagnosticReply> out) {
    isUnderWay = false;
    long nowNs = timeline.nowNs();
    units.forEach((id, unit) -> {
      if (unit.isDone) {
        return;
      }
      if (unit.isBroken || unit.joining.isOpen()) {
        out.accept(new DiagnosticReply(nowNs, id, request, Outcome.GARBLED, Bytes.EMPTY));
        answers++;
      } else if (unit.isPending) { // its last word
        patience.unkept(id, request, unit.isWorthIt);
        Bytes pending = Bytes.owning(new byte[] {0x7F, (byte) request.at(0), 0x78});
        out.accept(new DiagnosticReply(nowNs, id, request, Outcome.NEGATIVE, pending));
        answers++;
      }
    });
    if (answers == 0) {
      out.accept(new DiagnosticReply(nowNs, -1, request, Outcome.SILENCE, Bytes.EMPTY));
    }
  }
}
