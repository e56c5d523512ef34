package dev.caravan.agent.source.isotp;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.isotp.IsoTpReassembler.Step;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins what another tester asks and what the units answer, and sends nothing. Both sides are followed for each unit, so a
 * reply is given out with the latest request that it may answer, or with none if that was not heard.
 *
 * <p>Given out are replies to services that read; of what a workshop writes or unlocks nothing is.
 *
 * <p>One thread.
 */
final class Overhearing implements Tester {
  private final Addressing addressing;

  /** Identifiers of the units that the configuration lists; they stand behind those of the addressing. */
  private final int[] requests;

  private final int[] answers;
  private final IsoTpCounts counts;
  private final IsoTpReassembler toEveryone;
  private final @Nullable IsoTpReassembler[] toUnit;
  private final @Nullable IsoTpReassembler[] fromUnit;

  /** The latest request that each unit got. */
  private final Bytes[] asked;

  /** Replies that were not given out yet. */
  private final ArrayDeque<DiagnosticReply> waiting = new ArrayDeque<>();

  Overhearing(Addressing addressing, UnitIds listed, IsoTpCounts counts) {
    this.addressing = addressing;
    this.requests = listed.pairs().stream().mapToInt(UnitIds.Pair::request).toArray();
    this.answers = listed.pairs().stream().mapToInt(UnitIds.Pair::answer).toArray();
    this.counts = counts;
    this.toEveryone = joining();
    int units = addressing.units() + answers.length;
    this.toUnit = new IsoTpReassembler[units];
    this.fromUnit = new IsoTpReassembler[units];
    this.asked = new Bytes[units];
    begin();
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

  @Override
  public void begin() {
    waiting.clear();
    toEveryone.reset();
    Arrays.fill(toUnit, null);
    Arrays.fill(fromUnit, null);
    Arrays.fill(asked, Bytes.EMPTY);
  }

  @Override
  public void hear(CanFrame frame) {
    if ((frame.flags() & (CanFrame.REMOTE | CanFrame.ERROR)) != 0) {
      return;
    }
    int from = unit(frame, answers, addressing.isReply(frame));
    int to = from < 0 ? unit(frame, requests, addressing.isToOne(frame)) : -1;
    if (from >= 0) {
      IsoTpReassembler joining = at(fromUnit, from);
      if (joining.accept(frame) == Step.WHOLE) {
        replied(frame, asked[from], joining.message());
      }
    } else if (to >= 0) {
      IsoTpReassembler joining = at(toUnit, to);
      if (joining.accept(frame) == Step.WHOLE) {
        asked[to] = joining.message();
      }
    } else if (addressing.isToEveryone(frame) && toEveryone.accept(frame) == Step.WHOLE) {
      Arrays.fill(asked, toEveryone.message());
    }
  }

  /** The unit whose identifier a frame has, a listed one before one of the addressing; -1 if it is of none. */
  private int unit(CanFrame frame, int[] listed, boolean isByRule) {
    for (int i = 0; i < listed.length; i++) {
      if (frame.id() == listed[i]
          && (frame.flags() & CanFrame.EXTENDED) == Addressing.flagsOf(listed[i])) {
        return addressing.units() + i;
      }
    }
    return isByRule ? addressing.unit(frame) : -1;
  }

  private void replied(CanFrame frame, Bytes request, Bytes reply) {
    boolean isNegative = reply.at(0) == Matching.NEGATIVE;
    if (isNegative && reply.length() < 3) {
      return;
    }
    int service = isNegative ? reply.at(1) : reply.at(0) - 0x40;
    if (!DiagnosticRequest.reads(service) || Matching.isPending(reply)) {
      return;
    }
    waiting.add(new DiagnosticReply(
        frame.timeNs(),
        frame.id(),
        request.length() > 0 && Matching.answers(reply, request) ? request : Bytes.EMPTY,
        isNegative ? Outcome.NEGATIVE : Outcome.POSITIVE,
        reply));
  }

  @Override
  public void goOn() {}

  @Override
  public boolean giveOut(FrameChunk out) {
    while (!waiting.isEmpty() && !out.isFull()) {
      out.add(waiting.remove());
    }
    return waiting.isEmpty();
  }
}
