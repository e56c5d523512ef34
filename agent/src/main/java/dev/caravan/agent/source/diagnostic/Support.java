package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What each unit says it supports in one service: parameters 00, 20, 40 … E0 are answered with a bit for each of the 32
 * that follow, the highest bit of the first byte for the next one (SAE J1979, appendix A).
 */
final class Support {
  private static final int STEP = 0x20;
  private static final long RETRY_NS = 10_000_000_000L;

  private final int service;
  private final Map<Integer, BitSet> byUnit = new TreeMap<>();
  private @Nullable Poll asking;
  private boolean isComplete;

  Support(int service) {
    this.service = service;
  }

  int service() {
    return service;
  }

  /** The first request of the row, or the next one. */
  Poll ask(int from, long nowNs) {
    // freeze frames are asked for with the number of the frame, of which only 00 is in use
    byte[] payload = service == 0x02
        ? new byte[] {(byte) service, (byte) from, 0}
        : new byte[] {(byte) service, (byte) from};
    Poll next = new Poll(
        new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.owning(payload)), RETRY_NS, nowNs);
    asking = next;
    return next;
  }

  boolean isAskedBy(Poll poll) {
    return poll == asking;
  }

  /** Whether it is known what is supported, or will not be. */
  boolean isComplete() {
    return isComplete;
  }

  /** Whether it was asked for in vain, so that the vehicle is asked whatever is wanted without knowing. */
  boolean isHopeless() {
    return asking != null && asking.failures() >= Poll.TRIES;
  }

  /** Whether any unit has said what it supports. */
  boolean isKnown() {
    return !byUnit.isEmpty();
  }

  /** Nothing more will be learnt. */
  void complete() {
    isComplete = true;
    asking = null;
  }

  /** Takes in what a unit said to the request under way. */
  void learn(DiagnosticReply reply) {
    Bytes payload = reply.payload();
    // on older buses a message number stands before the bits of service 09
    int at = payload.length() - 4;
    if (at < 2 || at > 3) {
      return;
    }
    if (service == 0x06 && reply.ecu() < 0x100) {
      return; // tests of older buses have another form
    }
    int from = payload.at(1);
    BitSet bits = byUnit.computeIfAbsent(reply.ecu(), first -> new BitSet());
    for (int i = 0; i < STEP; i++) {
      if ((payload.at(at + i / 8) & (0x80 >> (i % 8))) != 0) {
        bits.set(from + 1 + i);
      }
    }
  }

  /** Where the next request starts, if any unit has more; -1 if none. */
  int next(int from) {
    int to = from + STEP;
    return to <= 0xE0 && byUnit.values().stream().anyMatch(bits -> bits.get(to)) ? to : -1;
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
    return bits != null && parameter % STEP != 0 && !bits.get(parameter);
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
