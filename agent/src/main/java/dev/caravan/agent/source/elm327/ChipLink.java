package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticLink;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.Patience;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A vehicle that a chip has found on one of its buses. One thread. */
final class ChipLink implements DiagnosticLink {
  /** ISO 14229-2, P2*server_max. */
  private static final long PENDING_NS = 5_000_000_000L;

  /** Of a chip that gives its prompt before its timeout, so that it does not flood the bus with requests. */
  private static final int MOST_TRIES = 25;

  /** The longest that the chip's own timeout can be. */
  private static final int LONGEST_WAIT_MS = 1020;

  /** For the chip's own work, and a long reply on a slow line. */
  private static final int MARGIN_MS = 2500;

  /** The same where no prompt came in the end, because a unit repeats that its answer is pending. */
  private static final int HELD_UP_MARGIN_MS = 500;

  /** Vehicle information whose number of messages the unit decides; the parameter before says it. SAE J1979, 6.9. */
  private static final Set<Integer> COUNTED = Set.of(0x04, 0x06, 0x08);

  private final Dialogue dialogue;
  private final Chip chip;
  private final Bus bus;
  private final ReplyParser parser;
  private final int timeoutMs;
  private final Timeline timeline;
  private final Counter malformed;

  private final Patience patience;
  private final Whom whom;

  // while the vehicle is there
  private final Set<Integer> counted = new HashSet<>();
  private final Set<DiagnosticRequest> heldUp = new HashSet<>();
  private @Nullable DiagnosticRequest last;
  private boolean takesSeveral;
  private boolean wasAnswered;
  private long answeredNs;
  private long engineRanNs;
  private boolean hasEngineRun;

  ChipLink(
      Dialogue dialogue,
      Chip chip,
      Bus bus,
      int timeoutMs,
      Patience patience,
      Timeline timeline,
      Counter malformed) {
    this.patience = patience;
    this.dialogue = dialogue;
    this.chip = chip;
    this.bus = bus;
    this.parser =
        new ReplyParser(bus.form, chip.hasHeaders(), chip.isBusGuessed(), chip.checksums());
    this.whom = new Whom(chip, bus);
    this.timeoutMs = timeoutMs;
    this.timeline = timeline;
    this.malformed = malformed;
    this.answeredNs = timeline.monotonicNs();
  }

  @Override
  public void ask(DiagnosticRequest request, Consumer<DiagnosticReply> out) throws IOException {
    if (!whom.set(request)) {
      out.accept(new DiagnosticReply(
          timeline.nowNs(), -1, request.payload(), Outcome.GARBLED, Bytes.EMPTY));
      return;
    }
    learnCount(request.payload());
    List<DiagnosticReply> replies = once(request, timeoutMs);
    Set<Integer> promised = pending(replies);
    boolean isWorthIt = isWorthIt(promised, request);
    if (isWorthIt) {
      replies = patiently(request);
    }
    learnPatience(request.payload(), replies, promised, isWorthIt);
    if (request.payload().at(0) == 0x01 && request.payload().length() > 2) {
      noteSeveral(replies);
    }
    for (DiagnosticReply reply : replies) {
      note(reply);
      out.accept(reply);
    }
  }

  /** Once, the unit is asked in how many parts it will answer, so that none can be missing unnoticed. */
  private void learnCount(Bytes request) throws IOException {
    boolean isCounted = !bus.isCan() && request.length() == 2 && COUNTED.contains(request.at(1));
    if (isCounted && request.at(0) == 0x09 && counted.add(request.at(1))) {
      byte[] count = {0x09, (byte) (request.at(1) - 1)};
      once(new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.owning(count)), timeoutMs);
    }
  }

  private List<DiagnosticReply> once(DiagnosticRequest request, int waitMs) throws IOException {
    int marginMs = heldUp.contains(request) ? HELD_UP_MARGIN_MS : MARGIN_MS;
    Dialogue.Answer answer = dialogue.ask(request, waitMs + marginMs);
    List<DiagnosticReply> replies = parser.parse(answer, request, timeline.nowNs());
    if (answer.isWhole() || pending(replies).isEmpty()) {
      heldUp.remove(request);
    } else {
      heldUp.add(request);
      dialogue.interrupt();
    }
    if (last != null && !last.equals(request) && !isAnswered(replies)) {
      if (isAnswered(parser.parse(answer, last, timeline.nowNs()))) {
        dialogue.loseStep();
      }
    }
    last = request;
    return replies;
  }

  private static boolean isAnswered(List<DiagnosticReply> replies) {
    return replies.stream().anyMatch(reply -> reply.outcome() == Outcome.POSITIVE);
  }

  private static Set<Integer> pending(List<DiagnosticReply> replies) {
    return replies.stream()
        .filter(ReplyParser::isPending)
        .map(DiagnosticReply::ecu)
        .collect(Collectors.toSet());
  }

  private boolean isWorthIt(Set<Integer> promised, DiagnosticRequest request) {
    return promised.stream().anyMatch(ecu -> patience.isWorthIt(ecu, request.payload()));
  }

  private void learnPatience(
      Bytes request, List<DiagnosticReply> replies, Set<Integer> promised, boolean isWaitedFor) {
    Set<Integer> unkept = new HashSet<>(promised);
    for (DiagnosticReply reply : replies) {
      boolean isAnswer = reply.outcome() == Outcome.POSITIVE || reply.outcome() == Outcome.NEGATIVE;
      if (isAnswer && !ReplyParser.isPending(reply)) {
        unkept.remove(reply.ecu());
        patience.answered(reply.ecu(), request, promised.contains(reply.ecu()));
      }
    }
    unkept.forEach(ecu -> patience.unkept(ecu, request, isWaitedFor));
  }

  /** The chip no longer listens once it has given its prompt, so what is said after it has to be asked for again. */
  private List<DiagnosticReply> patiently(DiagnosticRequest request) throws IOException {
    long endNs = timeline.monotonicNs() + PENDING_NS;
    chip.tell(AtCommand.timeout(LONGEST_WAIT_MS));
    List<DiagnosticReply> replies;
    int tries = 0;
    do {
      replies = once(request, LONGEST_WAIT_MS);
      tries++;
    } while (tries < MOST_TRIES
        && isWorthIt(pending(replies), request)
        && timeline.monotonicNs() < endNs);
    chip.tell(AtCommand.timeout(timeoutMs));
    return replies;
  }

  private void note(DiagnosticReply reply) {
    boolean isAnswer = reply.outcome() == Outcome.POSITIVE || reply.outcome() == Outcome.NEGATIVE;
    wasAnswered = isAnswer;
    if (isAnswer) {
      answeredNs = timeline.monotonicNs();
    } else if (reply.outcome() == Outcome.GARBLED) {
      malformed.increment();
    }
    Bytes payload = reply.payload();
    if (isAnswer && payload.length() >= 4 && payload.at(0) == 0x41 && payload.at(1) == 0x0C) {
      hasEngineRun = (payload.at(2) | payload.at(3)) != 0;
      engineRanNs = timeline.monotonicNs();
    }
  }

  /** One that fails ends it: small chips lose long answers again and again. */
  private void noteSeveral(List<DiagnosticReply> replies) {
    boolean isAnswered = replies.stream().anyMatch(reply -> reply.outcome() == Outcome.POSITIVE);
    boolean isGarbled = replies.stream().anyMatch(reply -> reply.outcome() == Outcome.GARBLED);
    // a vehicle that has gone to sleep proves nothing
    if (isGarbled || (!isAnswered && wasAnswered)) {
      takesSeveral = false;
    }
  }

  /**
   * Asks for two parameters at once, to see whether both are answered; a chip that cannot is silent, says {@code ?}, or
   * hands on the first only.
   *
   * @param supported the bit map of the PIDs 01 to 20
   */
  void proveSeveral(int supported) throws IOException {
    takesSeveral = false;
    @Nullable Pair pair = Pair.of(supported);
    if (!bus.isCan() || pair == null) {
      return;
    }
    Bytes both = Bytes.owning(new byte[] {1, (byte) pair.first(), (byte) pair.second()});
    for (DiagnosticReply reply :
        once(new DiagnosticRequest(DiagnosticRequest.EVERYONE, both), timeoutMs)) {
      Bytes payload = reply.payload();
      takesSeveral |= reply.outcome() == Outcome.POSITIVE
          && payload.length() == 5
          && payload.at(1) == pair.first()
          && payload.at(3) == pair.second();
    }
  }

  /** Two supported parameters of one byte each. SAE J1979, annex B. */
  private record Pair(int first, int second) {
    private static final int[] ONE_BYTE = {0x0D, 0x05, 0x04, 0x11, 0x0B, 0x0F, 0x1C, 0x0E};

    static @Nullable Pair of(int supported) {
      int found = -1;
      for (int pid : ONE_BYTE) {
        if ((supported >>> (0x20 - pid) & 1) != 0) {
          if (found >= 0) {
            return new Pair(found, pid);
          }
          found = pid;
        }
      }
      return null;
    }
  }

  @Override
  public boolean takesSeveralPids() {
    return takesSeveral;
  }

  Bus bus() {
    return bus;
  }

  /** When a unit answered last, on the even clock. */
  long answeredNs() {
    return answeredNs;
  }

  /** Whether the engine was heard to run at or after a time. */
  boolean hasEngineRunSince(long sinceNs) {
    return hasEngineRun && engineRanNs >= sinceNs;
  }
}
