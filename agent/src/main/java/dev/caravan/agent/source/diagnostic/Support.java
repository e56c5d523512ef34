package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each unit says it supports in one service: parameters 00, 20, 40 … E0 are answered with a bit for each of the 32
 * that follow, the highest bit of the first byte for the next one (SAE J1979, appendix A).
 *
 * <p>Each of these lists is asked for as soon as one before it names it. One that a unit refused for good is settled; one
 * that it still owes is asked for again, less and less, and holds nothing up.
 */
final class Support {
  private static final int STEP = 0x20;
  private static final int LAST = 0xE0;
  private static final long RETRY_NS = 10_000_000_000L;

  private final int service;

  /** What each unit that answered has. */
  private final Map<Integer, BitSet> byUnit = new TreeMap<>();

  /** The lists that each unit that was heard has answered, or refused for good. */
  private final Map<Integer, BitSet> settled = new TreeMap<>();

  private final Map<Integer, Poll> asking = new TreeMap<>();
  private final BitSet asked = new BitSet();

  Support(int service) {
    this.service = service;
  }

  int service() {
    return service;
  }

  /** The request of the first list. */
  Poll begin(long nowNs) {
    return ask(0, nowNs);
  }

  private Poll ask(int list, long nowNs) {
    // freeze frames are asked for with the number of the frame, of which only 00 is in use
    byte[] payload = service == 0x02
        ? new byte[] {(byte) service, (byte) list, 0}
        : new byte[] {(byte) service, (byte) list};
    Poll poll = new Poll(
        new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.owning(payload)), RETRY_NS, nowNs);
    asking.put(list, poll);
    return poll;
  }

  boolean isAskedBy(Poll poll) {
    return asking.get(poll.parameter()) == poll;
  }

  /** Whether there are lists that were not asked for yet. */
  boolean isWalking() {
    return asking.keySet().stream().anyMatch(list -> !asked.get(list));
  }

  /** Whether the list that a parameter is in was asked for. */
  boolean wasAskedOf(int parameter) {
    return asked.get(Math.max(0, parameter - 1) / STEP * STEP);
  }

  /** Whether the first list was asked for in vain, so that only asking tells what there is. */
  boolean isUnknown() {
    Poll first = asking.get(0);
    return byUnit.isEmpty() && (first == null || first.failures() > 0);
  }

  /** Whether any unit has said what it supports. */
  boolean isKnown() {
    return !byUnit.isEmpty();
  }

  /** Takes in what a unit said to the request of a list. */
  void learn(Poll poll, DiagnosticReply reply) {
    int list = poll.parameter();
    BitSet lists = settled.computeIfAbsent(reply.ecu(), first -> new BitSet());
    if (Replies.isFinal(reply)) {
      lists.set(list);
    } else if (reply.outcome() == Outcome.POSITIVE && learn(reply.ecu(), list, reply)) {
      lists.set(list);
    }
  }

  private boolean learn(int ecu, int list, DiagnosticReply reply) {
    Bytes payload = reply.payload();
    int at = service == 0x02 ? 3 : 2; // behind the number of the frame
    if (!reply.endsAt(at + 4)) {
      return false;
    }
    BitSet bits = byUnit.computeIfAbsent(ecu, first -> new BitSet());
    boolean isReadable = service != 0x06 || reply.isCan(); // tests of older buses have another form
    for (int i = 0; isReadable && i < STEP; i++) {
      if ((payload.at(at + i / 8) & (0x80 >> (i % 8))) != 0) {
        bits.set(list + 1 + i);
      }
    }
    return true;
  }

  /** Whether a unit that was heard has not settled a list that it has; of the first one, whether nobody has. */
  boolean isOwed(int list) {
    if (list == 0 && settled.isEmpty()) {
      return true;
    }
    for (Map.Entry<Integer, BitSet> unit : settled.entrySet()) {
      BitSet has = byUnit.get(unit.getKey());
      boolean isNamed = list == 0 || (has != null && has.get(list));
      if (isNamed && !unit.getValue().get(list)) {
        return true;
      }
    }
    return false;
  }

  /** A list was asked for: it is not asked for again if nobody owes it. Gives the requests of the lists it has named. */
  List<Poll> asked(Poll poll, long nowNs) {
    int asked = poll.parameter();
    this.asked.set(asked);
    if (!isOwed(asked)) {
      asking.remove(asked);
    }
    List<Poll> named = new ArrayList<>();
    for (int list = STEP; list <= LAST; list += STEP) {
      if (!this.asked.get(list) && !asking.containsKey(list) && isOwed(list)) {
        named.add(ask(list, nowNs));
      }
    }
    return named;
  }

  /** No more lists are asked for. */
  Collection<Poll> giveUp() {
    List<Poll> owed = List.copyOf(asking.values());
    asking.clear();
    return owed;
  }

  /** The units that have a parameter. */
  Set<Integer> unitsWith(int parameter) {
    Set<Integer> units = new TreeSet<>();
    byUnit.forEach((ecu, bits) -> {
      if (bits.get(parameter) || parameter % STEP == 0) {
        units.add(ecu);
      }
    });
    return units;
  }

  /** Whether a unit has said what it supports, and this is not of it. */
  boolean isWithout(int ecu, int parameter) {
    BitSet bits = byUnit.get(ecu);
    if (bits == null || parameter % STEP == 0 || bits.get(parameter)) {
      return false;
    }
    int list = parameter / STEP * STEP;
    boolean isOwed = bits.get(list) && !settled.getOrDefault(ecu, bits).get(list);
    return !isOwed;
  }

  /** All parameters that any unit has, without those that only tell of others. */
  int[] all() {
    BitSet any = new BitSet();
    byUnit.values().forEach(any::or);
    return any.stream()
        .filter(parameter -> parameter % STEP != 0 && parameter <= 0xFF)
        .toArray();
  }
}
