package dev.caravan.agent.source.isotp;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.isotp.IsoTpReassembler.Step;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins what another tester asks and what the units answer, and sends nothing. Both sides are followed for each unit, so a
 * reply is given out with the latest request that it may answer, or with none if that was not heard.
 *
 * <p>Given out are replies to services that read; of what a workshop writes or unlocks nothing is.
 *
 * <p>One thread.
 */
final class Overhearing {
  private final Addressing addressing;
  private final IsoTpCounts counts;
  private final IsoTpReassembler toEveryone;
  private final @Nullable IsoTpReassembler[] toUnit;
  private final @Nullable IsoTpReassembler[] fromUnit;

  /** The latest request that each unit got. */
  private final Bytes[] asked;

  Overhearing(Addressing addressing, IsoTpCounts counts) {
    this.addressing = addressing;
    this.counts = counts;
    this.toEveryone = joining();
    this.toUnit = new IsoTpReassembler[addressing.units()];
    this.fromUnit = new IsoTpReassembler[addressing.units()];
    this.asked = new Bytes[addressing.units()];
    forget();
  }

  private IsoTpReassembler joining() {
    return new IsoTpReassembler(IsoTpReassembler.MOST_BYTES, counts);
  }

  private IsoTpReassembler at(@Nullable IsoTpReassembler[] side, int unit) {
    IsoTpReassembler found = side[unit];
    if (found == null) {
      found = joining();
      side[unit] = found;
    }
    return found;
  }

  /** Forgets all that was heard: the wire was opened anew. */
  void forget() {
    toEveryone.reset();
    Arrays.fill(toUnit, null);
    Arrays.fill(fromUnit, null);
    Arrays.fill(asked, Bytes.EMPTY);
  }

  /** Looks at a frame of the bus, whatever it is. */
  void hear(CanFrame frame, Consumer<DiagnosticReply> out) {
    if ((frame.flags() & (CanFrame.REMOTE | CanFrame.ERROR)) != 0) {
      return;
    }
    if (addressing.isReply(frame)) {
      int unit = addressing.unit(frame);
      IsoTpReassembler joining = at(fromUnit, unit);
      if (joining.accept(frame) == Step.WHOLE) {
        replied(frame, asked[unit], joining.message(), out);
      }
    } else if (addressing.isToOne(frame)) {
      int unit = addressing.unit(frame);
      IsoTpReassembler joining = at(toUnit, unit);
      if (joining.accept(frame) == Step.WHOLE) {
        asked[unit] = joining.message();
      }
    } else if (addressing.isToEveryone(frame) && toEveryone.accept(frame) == Step.WHOLE) {
      Arrays.fill(asked, toEveryone.message());
    }
  }

  private static void replied(
      CanFrame frame, Bytes request, Bytes reply, Consumer<DiagnosticReply> out) {
    boolean isNegative = reply.at(0) == Matching.NEGATIVE;
    if (isNegative && reply.length() < 3) {
      return;
    }
    int service = isNegative ? reply.at(1) : reply.at(0) - 0x40;
    if (!DiagnosticRequest.reads(service) || Matching.isPending(reply)) {
      return;
    }
    out.accept(new DiagnosticReply(
        frame.timeNs(),
        frame.id(),
        request.length() > 0 && Matching.answers(reply, request) ? request : Bytes.EMPTY,
        isNegative ? Outcome.NEGATIVE : Outcome.POSITIVE,
        reply));
  }
}
