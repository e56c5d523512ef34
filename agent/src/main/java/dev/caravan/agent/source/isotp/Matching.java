package dev.caravan.agent.source.isotp;

import dev.caravan.agent.bytes.Bytes;

/**
 * Whether a reply belongs to a request: by its service, and by the identifiers that replies repeat.
 *
 * @see "SAE J1979, 6; ISO 14229-1, 11.2 and 11.3"
 */
final class Matching {
  static final int NEGATIVE = 0x7F;

  // ISO 14229-1, table A.1
  private static final int PENDING = 0x78;

  private Matching() {}

  /** Whether a reply, or the first six bytes or more of it, may answer a request. */
  static boolean answers(Bytes reply, Bytes request) {
    int service = request.at(0);
    if (reply.at(0) == NEGATIVE) {
      return reply.length() >= 3 && reply.at(1) == service;
    }
    if (reply.at(0) != service + 0x40) {
      return false;
    }
    return switch (service) {
      // a unit leaves out what it does not know, so the first of the reply may be any of the
      // request
      case 0x01, 0x06, 0x09 -> isNamed(reply, request, 1);
      case 0x02, 0x22 -> isNamed(reply, request, 2);
      case 0x19, 0x21 -> reply.length() > 1 && request.length() > 1 && reply.at(1) == request.at(1);
      default -> true;
    };
  }

  /** Whether the first identifier of the reply is one of those of the request, all of so many bytes. */
  private static boolean isNamed(Bytes reply, Bytes request, int width) {
    for (int at = 1; at + width <= request.length() && 1 + width <= reply.length(); at += width) {
      boolean same = reply.at(1) == request.at(at);
      if (same && (width == 1 || reply.at(2) == request.at(at + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a reply says that another will come. */
  static boolean isPending(Bytes reply) {
    return reply.length() >= 3 && reply.at(0) == NEGATIVE && reply.at(2) == PENDING;
  }
}
