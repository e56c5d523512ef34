package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;

/** Holds replies against the requests they are said to answer. */
final class Replies {
  private static final int REFUSAL = 0x7F;
  private static final int RESPONSE_PENDING = 0x78;

  private Replies() {}

  /** Whether it only says that the answer will come. */
  static boolean isPending(DiagnosticReply reply) {
    return reply.payload().length() == 3
        && reply.payload().at(0) == REFUSAL
        && reply.payload().at(2) == RESPONSE_PENDING;
  }

  /**
   * Whether a unit has refused in a way that will not change while it is there: no such service, sub-function or
   * parameter, or not in the session it is in, which is never changed. ISO 14229-1, table A.1.
   */
  static boolean isFinal(DiagnosticReply reply) {
    return reply.outcome() == Outcome.NEGATIVE
        && switch (reply.payload().at(2)) {
          case 0x11, 0x12, 0x31, 0x7E, 0x7F -> true;
          default -> false;
        };
  }

  /** The reply under its request; garbled if it is not one to it. */
  static DiagnosticReply checked(DiagnosticReply reply, Bytes request) {
    return new DiagnosticReply(
        reply.timeNs(),
        reply.ecu(),
        request,
        outcome(reply, request),
        reply.payload(),
        reply.isBare());
  }

  private static Outcome outcome(DiagnosticReply reply, Bytes request) {
    Bytes payload = reply.payload();
    return switch (reply.outcome()) {
      case POSITIVE -> isAnswer(payload, request) ? Outcome.POSITIVE : Outcome.GARBLED;
      case NEGATIVE ->
        payload.length() == 3 && payload.at(0) == REFUSAL && payload.at(1) == request.at(0)
            ? Outcome.NEGATIVE
            : Outcome.GARBLED;
      case SILENCE -> Outcome.SILENCE;
      case GARBLED -> Outcome.GARBLED;
    };
  }

  /** Whether the service, and the parameters that an answer repeats, are those of the request. */
  private static boolean isAnswer(Bytes payload, Bytes request) {
    if (payload.length() < 1 || payload.at(0) != (request.at(0) | 0x40)) {
      return false;
    }
    int repeated = Math.min(repeatedBytes(request.at(0)), request.length() - 1);
    if (payload.length() < 1 + repeated) {
      return false;
    }
    for (int i = 1; i <= repeated; i++) {
      if (payload.at(i) != request.at(i)) {
        return false;
      }
    }
    return true;
  }

  private static int repeatedBytes(int service) {
    return switch (service) {
      case 0x01, 0x06, 0x09, 0x19, 0x21 -> 1;
      case 0x02, 0x22 -> 2;
      default -> 0;
    };
  }
}
