package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What one unit said to one request: its messages, joined from the parts they came in, and which of them is the reply.
 */
final class UnitMessages {
  private static final int NEGATIVE = 0x7F;
  private static final int RESPONSE_PENDING = 0x78;
  private static final int SHORTEST_JOINED = 8;

  private final int id;
  private final Bus.Form form;
  private final boolean isAlone;
  private final OldJoin oldJoin;
  private final List<Bytes> messages = new ArrayList<>();
  private boolean isGarbled;

  // a message that came in part: ISO 15765-2, 9.6
  private byte[] joined = {};
  private int filled;
  private int nextNumber;

  /**
   * Of one unit.
   *
   * @param isAlone whether the lines say whose they are, so that all are of this unit
   */
  UnitMessages(int id, Bus.Form form, boolean isAlone, OldJoin oldJoin) {
    this.id = id;
    this.form = form;
    this.isAlone = isAlone;
    this.oldJoin = oldJoin;
  }

  /** A message that was whole on the wire. */
  void message(Bytes message) {
    messages.add(message);
  }

  /** Whether there was anything that cannot be trusted. */
  boolean isGarbled() {
    return isGarbled || isJoining();
  }

  private boolean isJoining() {
    return filled < joined.length;
  }

  /** Up to eight bytes of ISO-TP; false if they cannot be a frame of it, which says nothing of the unit. */
  boolean canFrame(byte[] frame) {
    int kind = frame[0] >> 4 & 0xF;
    int low = frame[0] & 0xF;
    return switch (kind) {
      case 0 -> single(frame, low);
      case 1 -> first(frame, low << 8 | (frame[1] & 0xFF));
      case 2 -> consecutive(frame, low);
      default -> false;
    };
  }

  private boolean single(byte[] frame, int length) {
    if (length == 0 || length > frame.length - 1) {
      return false;
    }
    giveUpJoining();
    messages.add(Bytes.of(frame, 1, length));
    return true;
  }

  private boolean first(byte[] frame, int length) {
    if (frame.length != 8 || length < SHORTEST_JOINED) {
      return false;
    }
    giveUpJoining();
    joined = new byte[length];
    filled = 6;
    System.arraycopy(frame, 2, joined, 0, filled);
    nextNumber = 1;
    return true;
  }

  private boolean consecutive(byte[] frame, int number) {
    int count = Math.min(7, joined.length - filled);
    if (!isJoining() || number != nextNumber || frame.length - 1 < count) {
      giveUpJoining();
      isGarbled = true;
      return true;
    }
    System.arraycopy(frame, 1, joined, filled, count);
    filled += count;
    nextNumber = (nextNumber + 1) % 16;
    if (!isJoining()) {
      messages.add(Bytes.owning(joined));
      joined = new byte[0];
      filled = 0;
    }
    return true;
  }

  private void giveUpJoining() {
    isGarbled |= isJoining();
    joined = new byte[0];
    filled = 0;
  }

  /**
   * The reply to a request, none or one; what contradicts itself is garbled instead.
   *
   * @param isComplete whether every line of the answer could be read
   */
  List<Bytes> verdict(Bytes request, boolean isComplete) {
    boolean mayRepeat = form.isBeforeCan()
        && (OldJoin.isNumbered(request) || (isAlone && OldJoin.isJoined(request)));
    List<Bytes> found = new ArrayList<>();
    for (Bytes message : messages) {
      if (outcome(message, request) == Outcome.GARBLED) {
        isGarbled = true;
      } else if (mayRepeat || !found.contains(message)) {
        found.add(message);
      }
    }
    if (found.size() > 1) {
      found.removeIf(UnitMessages::isPending);
    }
    if (!isAlone && found.stream().anyMatch(message -> message.at(0) != NEGATIVE)) {
      found.removeIf(message -> message.at(0) == NEGATIVE); // another unit's
    }
    if (!form.isBeforeCan() || found.isEmpty() || found.get(0).at(0) == NEGATIVE) {
      return found.size() > 1 ? contradiction() : found;
    }
    boolean mayLack = isGarbled || !isComplete;
    return mayLack && oldJoin.isOpenEnded(id, request)
        ? contradiction()
        : oldJoin.join(id, found, request, isAlone).map(List::of).orElseGet(this::contradiction);
  }

  private List<Bytes> contradiction() {
    isGarbled = true;
    return List.of();
  }

  static boolean isPending(Bytes payload) {
    return payload.length() == 3 && payload.at(0) == NEGATIVE && payload.at(2) == RESPONSE_PENDING;
  }

  /** Whether a message is a reply to a request; garbled if it is one to another. */
  static Outcome outcome(Bytes message, Bytes request) {
    int service = request.at(0);
    if (message.at(0) == NEGATIVE) {
      boolean isOurs = message.length() == 3 && message.at(1) == service;
      return isOurs ? Outcome.NEGATIVE : Outcome.GARBLED;
    }
    boolean isOurs = message.at(0) == service + 0x40
        && switch (service) {
          case 0x01 -> message.length() > 2 && isAmong(message.at(1), request, 1);
          case 0x02 ->
            message.length() > 3 && echoes(message, request, 1) && echoes(message, request, 2);
          case 0x22 -> message.length() > 3 && isIdentifierAsked(message, request);
          case 0x06, 0x09, 0x19, 0x21 -> message.length() > 2 && echoes(message, request, 1);
          default -> true;
        };
    return isOurs ? Outcome.POSITIVE : Outcome.GARBLED;
  }

  private static boolean echoes(Bytes message, Bytes request, int at) {
    return request.length() <= at || message.at(at) == request.at(at);
  }

  private static boolean isAmong(int one, Bytes request, int from) {
    for (int i = from; i < request.length(); i++) {
      if (request.at(i) == one) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIdentifierAsked(Bytes message, Bytes request) {
    for (int i = 1; i + 1 < request.length(); i += 2) {
      if (message.at(1) == request.at(i) && message.at(2) == request.at(i + 1)) {
        return true;
      }
    }
    return false;
  }
}
