package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many data bytes each unit has for each PID of service 01, learnt from answers to requests of that PID alone. With
 * it an answer that holds several PIDs is cut, and needs no table of the standard.
 *
 * <pre>
 * 41 0C 1A F8 0D 3C  →  41 0C 1A F8 · 41 0D 3C
 * </pre>
 */
final class Lengths {
  private final Map<Long, Integer> byUnitAndPid = new HashMap<>();

  private static long key(int ecu, int pid) {
    return ((long) ecu << 8) | pid;
  }

  /** Takes in an answer to a request of one PID. */
  void learn(DiagnosticReply reply) {
    Bytes payload = reply.payload();
    if (payload.length() > 2) {
      byUnitAndPid.put(key(reply.ecu(), payload.at(1)), payload.length() - 2);
    }
  }

  boolean isKnown(int ecu, int pid) {
    return byUnitAndPid.containsKey(key(ecu, pid));
  }

  /** The answers to single PIDs in one to several; none if it does not add up exactly. */
  List<DiagnosticReply> cut(DiagnosticReply reply, Bytes request) {
    Bytes payload = reply.payload();
    List<DiagnosticReply> parts = new ArrayList<>();
    int at = 1;
    while (at < payload.length()) {
      int pid = payload.at(at);
      int bytes = byUnitAndPid.getOrDefault(key(reply.ecu(), pid), 0);
      int end = at + 1 + bytes;
      Bytes single = single(request, pid);
      if (bytes == 0 || end > payload.length() || single.length() == 0 || holds(parts, single)) {
        return List.of();
      }
      Bytes part = Bytes.of(new byte[] {0x41}).then(Bytes.of(payload.toArray(), at, end - at));
      parts.add(new DiagnosticReply(
          reply.timeNs(), reply.ecu(), single, Outcome.POSITIVE, part, reply.isBare()));
      at = end;
    }
    return parts;
  }

  private static boolean holds(List<DiagnosticReply> parts, Bytes single) {
    for (DiagnosticReply part : parts) {
      if (part.request().equals(single)) {
        return true;
      }
    }
    return false;
  }

  /** The request of that PID alone; empty if it was not among those asked. */
  private static Bytes single(Bytes request, int pid) {
    for (int i = 1; i < request.length(); i++) {
      if (request.at(i) == pid) {
        return Bytes.of(new byte[] {0x01, (byte) pid});
      }
    }
    return Bytes.EMPTY;
  }
}
