package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a vehicle: asks everyone what they support, on the bus that the chip finds by itself, then on each one in turn.
 * One step at a time, as a step may take seconds. One thread.
 */
final class VehicleSearch {
  private static final DiagnosticRequest WHO_IS_THERE =
      new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex("0100"));
  private static final int ANSWER_MS = 6000;

  /** Service, parameter and the bit map. */
  private static final int ANSWER_BYTES = 6;

  /** A bus to try; none for the chip's own choice. */
  private record Step(@Nullable Bus bus) {}

  private final Dialogue dialogue;
  private final Chip chip;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private final boolean isGiven;

  /** Which PIDs from 01 to 20 the first unit supports that says it; 0 if none does. */
  private int supported;

  /**
   * A search.
   *
   * @param protocol digit of the one bus to try; 0 for all
   * @param isThorough whether each bus is tried after the chip has found none
   */
  VehicleSearch(Dialogue dialogue, Chip chip, char protocol, boolean isThorough) {
    this.dialogue = dialogue;
    this.chip = chip;
    Optional<Bus> given = Bus.ofDigit(protocol);
    this.isGiven = given.isPresent();
    steps.add(new Step(given.orElse(null)));
    if (given.isEmpty() && isThorough) {
      Bus.BY_LIKELIHOOD.forEach(bus -> steps.add(new Step(bus)));
    }
  }

  boolean isAtEnd() {
    return steps.isEmpty();
  }

  /** Takes the next step; the bus on which somebody answered, if anybody did. */
  Optional<Bus> step(long timeNs) throws IOException {
    Bus tried = steps.remove().bus();
    if (tried == null) {
      chip.tell(AtCommand.AUTOMATIC_PROTOCOL);
    } else if (!isTaken(tried)) {
      return Optional.empty();
    }
    Dialogue.Answer answer = dialogue.ask(WHO_IS_THERE, ANSWER_MS);
    Optional<Bus> found = tried != null ? Optional.of(tried) : busOf(answer, timeNs);
    if (found.isEmpty() || !isAnswer(answer, found.get(), timeNs)) {
      return Optional.empty();
    }
    chip.sayThatBusIsGuessed(tried != null && !isGiven && !chip.hasHeaders());
    if (found.get().form.isBeforeCan() && chip.hasHeaders()) {
      learnChecksums(found.get().form, answer, timeNs);
    }
    return found;
  }

  /** Some clones know only one of the two commands. */
  private boolean isTaken(Bus bus) throws IOException {
    return (!isGiven && chip.tell(AtCommand.tryProtocol(bus)))
        || chip.tell(AtCommand.useProtocol(bus));
  }

  /** The bus of an answer on the chip's own choice: as it says, or else as the lines look. */
  private Optional<Bus> busOf(Dialogue.Answer answer, long timeNs) throws IOException {
    if (!isAnswerOnAny(answer, timeNs)) {
      return Optional.empty();
    }
    Optional<Bus> told = chip.bus();
    if (told.isPresent()) {
      return told;
    }
    for (Bus bus : Bus.BY_LIKELIHOOD) {
      if (chip.hasHeaders() && isReply(answer, bus.form, true, timeNs)) {
        return Optional.of(bus);
      }
    }
    // without headers lines look alike on all buses: only one that was chosen is known
    if (steps.isEmpty()) {
      Bus.BY_LIKELIHOOD.forEach(bus -> steps.add(new Step(bus)));
    }
    return Optional.empty();
  }

  private boolean isAnswerOnAny(Dialogue.Answer answer, long timeNs) {
    for (Bus bus : Bus.BY_LIKELIHOOD) {
      if (isReply(answer, bus.form, true, timeNs)) {
        return true;
      }
    }
    return isReply(answer, Bus.Form.CAN_11, false, timeNs);
  }

  /** Some clones say OK to headers and show none. */
  private boolean isAnswer(Dialogue.Answer answer, Bus bus, long timeNs) {
    if (chip.hasHeaders() && isReply(answer, bus.form, true, timeNs)) {
      return true;
    }
    if (isReply(answer, bus.form, false, timeNs)) {
      chip.sayThatHeadersAreMissing();
      return true;
    }
    return false;
  }

  /**
   * Whether one of the lines is a unit's word, if only a refusal: without headers those of several units contradict each
   * other.
   */
  private boolean isReply(Dialogue.Answer answer, Bus.Form form, boolean hasHeaders, long timeNs) {
    if (!answer.isWhole()) {
      return false;
    }
    ReplyParser parser =
        new ReplyParser(form, hasHeaders, false, chip.checksums().benefitOfTheDoubt());
    boolean isRefused = false;
    for (String line : answer.text().lines().toList()) {
      for (DiagnosticReply reply :
          parser.parse(new Dialogue.Answer(line, true), WHO_IS_THERE, timeNs)) {
        if (reply.outcome() == Outcome.POSITIVE && reply.endsAt(ANSWER_BYTES)) {
          supported = reply.payload().buffer().getInt(2);
          return true;
        }
        isRefused |= reply.outcome() == Outcome.NEGATIVE;
      }
    }
    return isRefused;
  }

  /** Asks again where one answer does not tell whether the chip prints checksums. */
  private void learnChecksums(Bus.Form form, Dialogue.Answer first, long timeNs)
      throws IOException {
    ReplyParser parser = new ReplyParser(form, true, false, chip.checksums());
    parser.parse(first, WHO_IS_THERE, timeNs);
    if (!chip.checksums().areKnown()) {
      parser.parse(dialogue.ask(WHO_IS_THERE, ANSWER_MS), WHO_IS_THERE, timeNs);
    }
  }

  /** The bit map that the answer had. */
  int supported() {
    return supported;
  }
}
