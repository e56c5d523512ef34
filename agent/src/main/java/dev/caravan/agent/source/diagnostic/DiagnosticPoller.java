package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.FrameChunk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a vehicle what the configuration wants to know, each request in its period, one at a time. What is due longest
 * goes first, so none waits for ever; a late one is asked once and not made up for.
 *
 * <p>Given out are replies to single requests: of several PIDs that shared a request each has a reply of its own, and a
 * unit that has the parameter and did not answer has one with the outcome silence. An answer that does not repeat what
 * was asked is garbled.
 *
 * <p>A request that is refused for good waits for minutes; one that is refused for now, or silent, again and again waits
 * longer, alone. A unit that is silent whatever it is asked
 * is asked one thing from time to time, and everything again when it speaks.
 *
 * <p>The thread of the source calls all methods.
 */
public final class DiagnosticPoller {
  private static final Logger LOG = LoggerFactory.getLogger(DiagnosticPoller.class);

  /** A vehicle has a dozen; of one that has more, or of noise, the first count. */
  private static final int MOST_UNITS = 32;

  private static final long IDLE_NS = 1_000_000_000L;
  private static final long EVERYONE_RESTS_NS = 5_000_000_000L;
  private static final long UNIT_RESTS_NS = 60_000_000_000L;

  private final String source;
  private final Timeline timeline;
  private final Agenda agenda;
  private final boolean batches;
  private final Counter asked;
  private final Counter answered;
  private final Counter refused;
  private final Counter silent;
  private final Counter garbled;
  private final Counter leftOut;
  private final Condition tooMany = new Condition();

  // since the vehicle was found
  private final Map<Integer, Unit> units = new HashMap<>();
  private final Set<Integer> answering = new HashSet<>();
  private final ArrayDeque<DiagnosticReply> waiting = new ArrayDeque<>();
  private Batch batch = new Batch();

  /** The service of the last request, if an answer to it may still come. */
  private int lateService = -1;

  /** What the request under way asks for. */
  private List<Poll> together = List.of();

  /** A poller for one source, its numbers under the source's name. */
  public DiagnosticPoller(String source, PollSettings settings, Timeline timeline, Health health) {
    this.timeline = timeline;
    this.agenda = new Agenda(settings);
    this.batches = settings.batch();
    this.source = source;
    this.leftOut = health.counter(DiagnosticMetrics.LEFT_OUT, source);
    this.asked = health.counter(DiagnosticMetrics.ASKED, source);
    this.answered = health.counter(DiagnosticMetrics.ANSWERED, source);
    this.refused = health.counter(DiagnosticMetrics.REFUSED, source);
    this.silent = health.counter(DiagnosticMetrics.SILENT, source);
    this.garbled = health.counter(DiagnosticMetrics.GARBLED, source);
    begin();
  }

  /** A vehicle is (again) at the other end: forgets what it supports, and asks everything anew. */
  public void begin() {
    units.clear();
    answering.clear();
    waiting.clear();
    batch = new Batch();
    lateService = -1;
    together = List.of();
    agenda.begin(timeline.monotonicNs());
  }

  /**
   * Asks at most one request that is due, and adds the replies to the chunk. Replies that do not fit are added by the
   * next calls, before anything else is asked.
   *
   * @return the monotonic time at which the next request is due; now or earlier if one is due already
   * @throws IOException if the wire is lost
   */
  public long askDue(DiagnosticLink link, FrameChunk out) throws IOException {
    Optional<DiagnosticRequest> request = due(link.takesSeveralPids());
    if (request.isPresent()) {
      List<DiagnosticReply> replies = new ArrayList<>();
      link.ask(request.get(), replies::add);
      take(replies);
    }
    boolean isAll = giveOut(out);
    long nowNs = timeline.monotonicNs();
    if (!isAll) {
      return nowNs;
    }
    Poll next = next();
    return next == null ? nowNs + IDLE_NS : dueNs(next);
  }

  /**
   * The request that is due, if one is, for a link that cannot wait for its answers. They are given to {@link #take}
   * before another is asked for.
   *
   * @param takesSeveralPids as {@link DiagnosticLink#takesSeveralPids}
   */
  public Optional<DiagnosticRequest> due(boolean takesSeveralPids) {
    long nowNs = timeline.monotonicNs();
    Poll next = waiting.isEmpty() ? next() : null;
    if (next == null || dueNs(next) > nowNs) {
      return Optional.empty();
    }
    together = batches && takesSeveralPids ? batch.with(next, agenda, nowNs) : List.of(next);
    asked.increment();
    return Optional.of(
        together.size() > 1
            ? new DiagnosticRequest(DiagnosticRequest.EVERYONE, Batch.request(together))
            : next.request());
  }

  /** Takes all replies to the request that was {@link #due} last; none means silence. */
  public void take(List<DiagnosticReply> replies) {
    List<DiagnosticReply> ofUnits = replies.stream().filter(this::isOfUnit).toList();
    if (together.size() > 1) {
      tookSeveral(together, Batch.request(together), ofUnits);
    } else if (!together.isEmpty()) {
      tookOne(together.get(0), ofUnits);
    }
    together = List.of();
  }

  /** Whether a reply is of one of the units that are followed: those that were heard first. */
  private boolean isOfUnit(DiagnosticReply reply) {
    if (answering.contains(reply.ecu())) {
      return true;
    }
    if (answering.size() < MOST_UNITS) {
      answering.add(reply.ecu());
      return true;
    }
    leftOut.increment();
    if (tooMany.isNews("units")) {
      LOG.warn(
          "{}: more than {} control units answer, left out from {} on",
          source,
          MOST_UNITS,
          Integer.toHexString(reply.ecu()));
    }
    return false;
  }

  /** Adds replies that were taken to the chunk, as many as fit; whether none is left for the next call. */
  public boolean giveOut(FrameChunk out) {
    while (!waiting.isEmpty() && !out.isFull()) {
      out.add(waiting.remove());
    }
    return waiting.isEmpty();
  }

  private @Nullable Poll next() {
    Poll first = null;
    for (Poll poll : agenda.polls()) {
      boolean isOpen = !poll.isDone() && agenda.isOpen(poll, unit(poll).isAsleep());
      if (isOpen && (first == null || isBefore(poll, first))) {
        first = poll;
      }
    }
    return first;
  }

  /** While the far end rests, what it answered before tells best that it is back; of others each has its turn. */
  private boolean isBefore(Poll one, Poll other) {
    if (dueNs(one) != dueNs(other)) {
      return dueNs(one) < dueNs(other);
    }
    if (one.heard().isEmpty() != other.heard().isEmpty() && unit(one).isAsleep()) {
      return !one.heard().isEmpty();
    }
    return one.dueNs() < other.dueNs();
  }

  private long dueNs(Poll poll) {
    return Math.max(poll.dueNs(), unit(poll).asleepUntilNs());
  }

  private Unit unit(Poll poll) {
    return units.computeIfAbsent(
        poll.request().target(),
        target ->
            new Unit(target == DiagnosticRequest.EVERYONE ? EVERYONE_RESTS_NS : UNIT_RESTS_NS));
  }

  private void tookOne(Poll poll, List<DiagnosticReply> replies) {
    long nowNs = timeline.monotonicNs();
    boolean isAnswered = false;
    boolean isRefused = false;
    boolean mayChange = false;
    boolean mayBeLate = lateService == poll.service(); // a refusal does not say of which parameter
    Set<Integer> heard = new HashSet<>();
    for (DiagnosticReply reply : replies) {
      if (reply.outcome() == Outcome.SILENCE) {
        continue;
      }
      DiagnosticReply checked = Replies.checked(reply, poll.request().payload());
      if (checked.ecu() >= 0 && !(mayBeLate && Replies.isFinal(checked))) {
        agenda.learn(poll, checked, nowNs);
      }
      if (Replies.isPending(reply)) {
        mayChange = true;
        continue;
      }
      waiting.add(checked);
      count(checked);
      heard.add(checked.ecu());
      switch (checked.outcome()) {
        case POSITIVE -> {
          isAnswered = true;
          poll.heard().add(checked.ecu());
          batch.learn(poll, checked);
        }
        case NEGATIVE -> {
          isRefused = true;
          mayChange |= !Replies.isFinal(checked);
        }
        default -> mayChange = true;
      }
    }
    boolean isSilent = heard.isEmpty();
    boolean isMissed = addSilences(poll, heard);
    lateService = isMissed ? poll.service() : -1;
    batch.asked(poll, isAnswered, isSilent);
    if (isSilent) {
      rest(poll, nowNs);
    } else {
      wake(poll, nowNs);
      boolean isShort = isAnswered && poll.isRare() && !poll.isOnce() && (mayChange || isMissed);
      if (isShort || agenda.isOwed(poll)) {
        poll.failed(nowNs);
      } else if (isAnswered) {
        poll.answered(nowNs);
      } else if (isRefused && !mayChange && !mayBeLate) {
        poll.refusedForGood(nowNs);
      } else if (isRefused) {
        poll.failed(nowNs);
      } else {
        poll.garbled(nowNs);
      }
    }
    agenda.asked(poll, nowNs);
  }

  /** One reply for each unit that should have answered and did not; whether there was one. */
  private boolean addSilences(Poll poll, Set<Integer> heard) {
    boolean isAny = false;
    for (int ecu : agenda.expected(poll)) {
      if (!heard.contains(ecu)) {
        addSilence(poll, ecu);
        isAny = true;
      }
    }
    if (heard.isEmpty() && !isAny) {
      addSilence(poll, poll.request().answer());
      isAny = true;
    }
    return isAny;
  }

  private void addSilence(Poll poll, int ecu) {
    silent.increment();
    waiting.add(new DiagnosticReply(
        timeline.nowNs(), ecu, poll.request().payload(), Outcome.SILENCE, Bytes.EMPTY));
  }

  private void rest(Poll poll, long nowNs) {
    Unit unit = unit(poll);
    if (unit.isAsleep()) {
      poll.postponed(nowNs);
    } else {
      poll.failed(nowNs);
    }
    // of a unit that has spoken, silence to what it never answered proves nothing
    if (unit.isAsleep() || !unit.hasSpoken() || !poll.heard().isEmpty()) {
      unit.silent(nowNs);
    }
  }

  private void wake(Poll poll, long nowNs) {
    Unit unit = unit(poll);
    boolean wasAsleep = unit.isAsleep();
    unit.heard();
    if (!wasAsleep) {
      return;
    }
    // All units share the bus: when everyone was silent and somebody speaks, each is given a try.
    if (poll.isForEveryone()) {
      units.values().forEach(Unit::awake);
    }
    for (Poll other : agenda.polls()) {
      if (!unit(other).isAsleep() && other != poll) {
        other.forgiven(nowNs);
      }
    }
  }

  private void tookSeveral(List<Poll> together, Bytes request, List<DiagnosticReply> replies) {
    long nowNs = timeline.monotonicNs();
    Map<Poll, Set<Integer>> heard = new HashMap<>();
    boolean isSilent = true;
    for (DiagnosticReply reply : replies) {
      if (reply.outcome() == Outcome.SILENCE || Replies.isPending(reply)) {
        continue;
      }
      isSilent = false;
      for (DiagnosticReply part : batch.cut(reply, request)) {
        waiting.add(part);
        count(part);
        for (Poll poll : together) {
          if (poll.request().payload().equals(part.request())) {
            heard.computeIfAbsent(poll, first -> new HashSet<>()).add(part.ecu());
          }
        }
      }
    }
    lateService = -1;
    for (Poll poll : together) {
      if (heard.getOrDefault(poll, Set.of()).containsAll(agenda.expected(poll))) {
        poll.answered(nowNs);
      } else {
        // Whoever has answered it alone and not in company is asked alone again, at once.
        lateService = poll.service();
        poll.postponed(nowNs);
        if (!isSilent) {
          poll.askAlone(nowNs);
        }
      }
    }
    if (isSilent) {
      silent.increment();
      batch.suspect();
    } else {
      wake(together.get(0), nowNs);
    }
  }

  private void count(DiagnosticReply reply) {
    switch (reply.outcome()) {
      case POSITIVE -> answered.increment();
      case NEGATIVE -> refused.increment();
      default -> garbled.increment();
    }
  }
}
