package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything to be asked: what the configuration lists, what the vehicle says it supports, and what follows from
 * answers, as the freeze frame does from new trouble codes.
 */
final class Agenda {
  private static final int EVERYONE = DiagnosticRequest.EVERYONE;
  /** Between requests for codes and information, or of a freeze frame, so that what has a period is asked meanwhile. */
  private static final long APART_NS = 500_000_000L;

  private static final int[] INFO = {0x02, 0x04, 0x06, 0x0A};
  private static final int[] CODES = {0x03, 0x07, 0x0A};

  private final PollSettings settings;

  // since the vehicle was found
  private final List<Poll> polls = new ArrayList<>();
  private final Map<Integer, Support> supports = new HashMap<>();
  private final Map<Integer, Bytes> codes = new HashMap<>();

  Agenda(PollSettings settings) {
    this.settings = settings;
  }

  /** Forgets everything and starts with what the configuration lists. */
  void begin(long nowNs) {
    polls.clear();
    supports.clear();
    codes.clear();
    boolean wantsInfo = settings.infoPeriodNs() > 0;
    boolean wantsTests = settings.testPeriodNs() > 0;
    discover(0x01, asks(0x01), nowNs);
    discover(0x09, asks(0x09) || wantsInfo, nowNs);
    discover(0x06, asks(0x06) || wantsTests, nowNs);
    for (PollSettings.Asked asked : settings.requests()) {
      if (!asked.isAll()) {
        polls.add(new Poll(asked.request(), asked.periodNs(), nowNs));
      }
    }
    long dueNs = nowNs;
    for (int service : CODES) {
      if (settings.dtcPeriodNs() > 0) {
        add(settings.dtcPeriodNs(), dueNs, service);
        dueNs += APART_NS;
      }
    }
    for (int parameter : INFO) {
      if (wantsInfo) {
        add(settings.infoPeriodNs(), dueNs, 0x09, parameter);
        dueNs += APART_NS;
      }
    }
  }

  private boolean asks(int service) {
    for (PollSettings.Asked asked : settings.requests()) {
      if (asked.request().payload().at(0) == service) {
        return true;
      }
    }
    return false;
  }

  private void discover(int service, boolean isWanted, long nowNs) {
    // what is to be asked whole can only be known from the vehicle
    if (isWanted && (settings.discover() || isWhole(service))) {
      Support support = new Support(service);
      supports.put(service, support);
      polls.add(support.begin(nowNs));
    }
  }

  private boolean isWhole(int service) {
    if (service == 0x06 && settings.testPeriodNs() > 0) {
      return true;
    }
    for (PollSettings.Asked asked : settings.requests()) {
      if (asked.isAll() && asked.request().payload().at(0) == service) {
        return true;
      }
    }
    return false;
  }

  private void add(long periodNs, long nowNs, int... payload) {
    byte[] bytes = new byte[payload.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    Bytes request = Bytes.owning(bytes);
    for (Poll poll : polls) {
      if (poll.isForEveryone() && !poll.isDone() && poll.request().payload().equals(request)) {
        return;
      }
    }
    polls.add(new Poll(new DiagnosticRequest(EVERYONE, request), periodNs, nowNs));
  }

  /** All of it, also what is not open now. */
  List<Poll> polls() {
    return polls;
  }

  /**
   * Whether a poll may be asked: a unit has its parameter, or nobody says what there is.
   *
   * @param isAsleep whether nobody answers anything: then only what was answered before is tried, and what tells of others
   */
  boolean isOpen(Poll poll, boolean isAsleep) {
    Support support = supports.get(poll.service());
    if (support == null || support.isAskedBy(poll) || poll.parameter() < 0) {
      return true;
    }
    if (!support.isKnown()) {
      boolean isWorthATry = !isAsleep || !poll.isForEveryone() || !poll.heard().isEmpty();
      return support.isUnknown() && isWorthATry;
    }
    if (support.isWalking() && !support.wasAskedOf(poll.parameter())) {
      return false;
    }
    return poll.isForEveryone()
        ? !support.unitsWith(poll.parameter()).isEmpty()
        : !support.isWithout(poll.request().answer(), poll.parameter());
  }

  /** The units that should answer. */
  Set<Integer> expected(Poll poll) {
    Support support = supports.get(poll.service());
    if (support == null
        || !support.isKnown()
        || support.isAskedBy(poll)
        || !poll.isForEveryone()
        || poll.parameter() < 0) {
      return poll.heard();
    }
    return support.unitsWith(poll.parameter());
  }

  /** Whether a poll is for a list of parameters that a unit has still to give. */
  boolean isOwed(Poll poll) {
    Support support = supports.get(poll.service());
    return support != null && support.isAskedBy(poll) && support.isOwed(poll.parameter());
  }

  /** Takes in an answer, a refusal, or the word of a unit that its answer will come. */
  void learn(Poll poll, DiagnosticReply reply, long nowNs) {
    Support support = supports.get(poll.service());
    if (support != null && support.isAskedBy(poll)) {
      support.learn(poll, reply);
    }
    if (reply.outcome() == Outcome.POSITIVE && poll.service() == 0x03 && settings.freezeFrame()) {
      Bytes before = codes.put(reply.ecu(), reply.payload());
      if (!reply.payload().equals(before) && hasCodes(reply)) {
        Support frames = new Support(0x02);
        forget(0x02);
        supports.put(0x02, frames);
        polls.add(frames.begin(nowNs));
      }
    }
  }

  private void forget(int service) {
    Support before = supports.get(service);
    polls.removeIf(poll ->
        poll.service() == service && (poll.isOnce() || (before != null && before.isAskedBy(poll))));
  }

  private static boolean hasCodes(DiagnosticReply reply) {
    Bytes payload = reply.payload();
    int end =
        reply.isCan() ? Math.min(2, payload.length()) : payload.length(); // the count is enough
    for (int i = 1; i < end; i++) {
      if (payload.at(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** A poll has been asked, and its answers were taken in: goes on with what follows from it. */
  void asked(Poll poll, long nowNs) {
    Support support = supports.get(poll.service());
    if (support != null && support.isAskedBy(poll)) {
      polls.addAll(support.asked(poll, nowNs));
      if (!support.isAskedBy(poll)) {
        polls.remove(poll);
      }
      if (support.isKnown() && !support.isWalking()) {
        discovered(support, nowNs);
      } else if (support.service() == 0x02 && poll.failures() >= Poll.TRIES) {
        polls.removeAll(support.giveUp());
        supports.remove(0x02);
      }
    }
    polls.removeIf(Poll::isDone);
  }

  private void discovered(Support support, long nowNs) {
    int service = support.service();
    if (service == 0x02) {
      polls.removeAll(support.giveUp());
      long dueNs = nowNs;
      for (int parameter : support.all()) {
        add(0, dueNs, 0x02, parameter, 0);
        dueNs += APART_NS;
      }
      return;
    }
    if (service == 0x06 && settings.testPeriodNs() > 0) {
      addAll(support, settings.testPeriodNs(), nowNs);
    }
    for (PollSettings.Asked asked : settings.requests()) {
      if (asked.isAll() && asked.request().payload().at(0) == service) {
        addAll(support, asked.periodNs(), nowNs);
      }
    }
  }

  private void addAll(Support support, long periodNs, long nowNs) {
    for (int parameter : support.all()) {
      add(periodNs, nowNs, support.service(), parameter);
    }
  }
}
