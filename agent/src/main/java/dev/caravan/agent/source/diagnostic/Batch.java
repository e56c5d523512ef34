package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which PIDs of service 01 may share a request: up to six (SAE J1979, 6.1.2.1), each of which was answered alone before.
 * A vehicle that does not answer such requests, twice, but the same PIDs alone, is not asked so again.
 */
final class Batch {
  private static final int MOST = 6;
  private static final int STRIKES = 2;
  private static final Bytes SERVICE = Bytes.ofHex("01");

  // since the vehicle was found
  private final Lengths lengths = new Lengths();
  private int strikes;
  private boolean isSuspect;

  /** The poll, and others that are due with it. */
  List<Poll> with(Poll first, Agenda agenda, long nowNs) {
    List<Poll> together = new ArrayList<>(List.of(first));
    if (isSuspect || strikes >= STRIKES || !isFit(first, agenda)) {
      return together;
    }
    for (Poll poll : agenda.polls()) {
      boolean isDue = poll.dueNs() - poll.periodNs() / 10 <= nowNs;
      if (together.size() < MOST && poll != first && isDue && isFit(poll, agenda)) {
        together.add(poll);
      }
    }
    return together;
  }

  private boolean isFit(Poll poll, Agenda agenda) {
    if (poll.service() != 0x01
        || !poll.isForEveryone()
        || poll.isAlone()
        || poll.isDone()
        || poll.failures() > 0
        || !agenda.isOpen(poll, false)) {
      return false;
    }
    Set<Integer> units = agenda.expected(poll);
    for (int ecu : units) {
      if (!lengths.isKnown(ecu, poll.parameter())) {
        return false;
      }
    }
    return !units.isEmpty();
  }

  /** One request for all of them. */
  static Bytes request(List<Poll> together) {
    byte[] payload = new byte[1 + together.size()];
    payload[0] = 0x01;
    for (int i = 0; i < together.size(); i++) {
      payload[1 + i] = (byte) together.get(i).parameter();
    }
    return Bytes.owning(payload);
  }

  /** Takes in an answer to a poll asked alone. */
  void learn(Poll poll, DiagnosticReply reply) {
    if (poll.service() == 0x01) {
      lengths.learn(reply);
    }
  }

  /** The single replies in one to several; if it does not add up, one that is garbled, or refused. */
  List<DiagnosticReply> cut(DiagnosticReply reply, Bytes request) {
    DiagnosticReply whole = Replies.checked(reply, SERVICE);
    List<DiagnosticReply> parts =
        whole.outcome() == Outcome.POSITIVE ? lengths.cut(whole, request) : List.of();
    if (!parts.isEmpty()) {
      return parts;
    }
    Outcome outcome = whole.outcome() == Outcome.NEGATIVE ? Outcome.NEGATIVE : Outcome.GARBLED;
    return List.of(
        new DiagnosticReply(reply.timeNs(), reply.ecu(), request, outcome, reply.payload()));
  }

  /** Several PIDs met silence: the next request is for one alone, and tells whether the vehicle is there. */
  void suspect() {
    isSuspect = true;
  }

  /** A request of one PID has been asked. */
  void asked(Poll poll, boolean isAnswered, boolean isSilent) {
    if (isSuspect && poll.service() == 0x01) {
      strikes += isAnswered ? 1 : 0;
      isSuspect = !isAnswered && !isSilent;
    }
  }
}
