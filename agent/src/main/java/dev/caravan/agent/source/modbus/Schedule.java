package dev.caravan.agent.source.modbus;

import dev.caravan.agent.clock.Backoff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Which request goes next. Times are those of the monotonic clock; one thread.
 *
 * <p>Requests of slaves that answer in time go when they are due, each on its own even grid; one that comes too late for
 * its turn leaves it out, see {@link #missed}. Requests that probably stay unanswered within the timeout (repeats after
 * silence, probes of a silent slave, all of a slow one) cost others their time: they go only into a pause long enough for
 * them, and where there is none for {@value #PATIENCE_NS} ns, one at a time so rarely that they take a tenth of the line.
 * A silent request waits 1 s, doubling to 60 s.
 *
 * <p>What may not go because an answer could be taken for its own waits; see {@link Lookalikes}.
 */
final class Schedule {
  static final long FIRST_WAIT_NS = 1_000_000_000L;
  static final long LONGEST_WAIT_NS = 60_000_000_000L;

  private static final long PATIENCE_NS = 1_000_000_000L;
  private static final int RARELY = 10;
  private static final long SHORT_TIMEOUT_NS = 100_000_000L;

  /** How long an answer may be on its way at the least, where timeout and slave are fast. */
  private static final long ANSWER_LIFE_NS = 5_000_000_000L;

  private static final int LIFE_TIMEOUTS = 4;
  private static final long MS = 1_000_000;

  private final LineTiming timing;
  private final long timeoutNs;
  private final int retries;
  private final List<Poll> polls = new ArrayList<>();
  private final List<Slave> slaves;
  private final Outstanding outstanding = new Outstanding();
  private final Random random;
  private long forcedNotBeforeNs = Long.MIN_VALUE;
  private long skipped;

  /** Nothing is due before {@link #start}. */
  Schedule(ModbusSettings settings, LineTiming timing) {
    this.timing = timing;
    this.timeoutNs = settings.timeoutNs();
    this.retries = settings.retries();
    this.random = new Random(settings.name().hashCode());
    Map<Integer, Slave> byUnit = new LinkedHashMap<>();
    for (JoinedGroups joined : JoinedGroups.of(settings)) {
      Slave slave = byUnit.computeIfAbsent(
          joined.request().unit(),
          unit -> new Slave(unit, joined.name(), settings.pauseNs(unit), timeoutNs));
      polls.add(poll(slave, joined));
    }
    this.slaves = List.copyOf(byUnit.values());
  }

  private Poll poll(Slave slave, JoinedGroups groups) {
    Backoff backoff = new Backoff(FIRST_WAIT_NS, LONGEST_WAIT_NS, random);
    return new Poll(slave, groups, outstanding.alike(slave, groups.request()), backoff);
  }

  /** The line is open: all requests are due then. What may still come of the time before is remembered. */
  void start(long nowNs) {
    for (Slave slave : slaves) {
      slave.isSilent = false;
      slave.round = null;
      slave.overdueUntilNs = 0;
    }
    for (Poll poll : polls) {
      poll.start(nowNs);
    }
  }

  /** What may be answered. */
  Outstanding outstanding() {
    return outstanding;
  }

  /** What is to be sent now, if anything. */
  @Nullable
  Poll next(long nowNs) {
    Poll prompt = null;
    Poll patient = null;
    long promptDueNs = Long.MAX_VALUE;
    boolean isAwaiting = false;
    for (int i = 0; i < polls.size(); i++) {
      Poll poll = polls.get(i);
      isAwaiting |= poll.slave.overdueUntilNs > 0;
      long dueNs = dueNs(poll);
      if (!yields(poll)) {
        promptDueNs = Math.min(promptDueNs, dueNs);
        if (dueNs <= nowNs && (prompt == null || poll.dueNs < prompt.dueNs)) {
          prompt = poll;
        }
      } else if (dueNs <= nowNs && (patient == null || poll.dueNs < patient.dueNs)) {
        patient = poll;
      }
    }
    if (prompt != null || patient == null || isAwaiting) {
      return prompt;
    }
    Slave slave = patient.slave;
    long wireNs = timing.ofExchangeNs(patient.request) + slave.pauseNs;
    long needNs = wireNs + (isSlow(slave) ? slave.slowestNs() : timeoutNs(patient));
    boolean isLong = nowNs - patient.dueNs >= patienceNs(patient);
    // What a slow slave says while others are asked is known by its unit.
    long leastNs = isLong && isSlow(slave) ? wireNs : needNs;
    if (promptDueNs == Long.MAX_VALUE || promptDueNs - nowNs >= leastNs) {
      return patient;
    }
    if (isLong && nowNs >= forcedNotBeforeNs) {
      forcedNotBeforeNs = nowNs + RARELY * needNs;
      return patient;
    }
    return null;
  }

  /** How long it waits for a pause; of a slow slave, which is not waited for, so that it does not lose its turn. */
  private long patienceNs(Poll poll) {
    return isSlow(poll.slave) ? Math.min(PATIENCE_NS, poll.periodNs / 2) : PATIENCE_NS;
  }

  /** Whether it goes only where it keeps no other from its time. */
  private boolean yields(Poll poll) {
    return poll.isPatient || poll.isFailing || poll.slave.isSilent || isSlow(poll.slave);
  }

  private boolean isSlow(Slave slave) {
    return slave.slowestNs() > timeoutNs;
  }

  /** Whether it may be sent now. */
  boolean isDue(Poll poll, long nowNs) {
    return dueNs(poll) <= nowNs;
  }

  private long dueNs(Poll poll) {
    Slave slave = poll.slave;
    if (slave.round != null) {
      return slave.round == poll ? Math.max(poll.dueNs, slave.overdueUntilNs) : Long.MAX_VALUE;
    }
    long dueNs = Math.max(poll.dueNs, poll.lookalikes.freeNs(poll));
    boolean rests = slave.polls > 1 && (slave.isSilent || !slave.isKnown());
    return rests && slave.wasAsked() ? Math.max(dueNs, slave.askedNs() + silenceNs(slave)) : dueNs;
  }

  /** How long a slave that does not answer is left alone, so that it is not given more and more to do. */
  private long silenceNs(Slave slave) {
    return slave.isKnown() ? Math.max(FIRST_WAIT_NS, 2 * slave.slowestNs()) : answerLifeNs(slave);
  }

  /** When there may be something to do again, if there is nothing now. */
  long wakeNs(long nowNs) {
    long wakeNs = turnEndNs();
    for (int i = 0; i < polls.size(); i++) {
      Poll poll = polls.get(i);
      long dueNs = dueNs(poll);
      if (dueNs <= nowNs) {
        dueNs = poll.dueNs + patienceNs(poll);
        dueNs = isSlow(poll.slave) ? dueNs : Math.max(dueNs, forcedNotBeforeNs);
      }
      if (dueNs > nowNs) {
        wakeNs = Math.min(wakeNs, dueNs);
      }
      if (poll.slave.overdueUntilNs > 0) {
        wakeNs = Math.min(wakeNs, poll.slave.overdueUntilNs);
      }
    }
    return wakeNs;
  }

  /** Until when the line is kept free for the answer: of a slow slave only as long as nobody else is due. */
  long keptFreeUntilNs(Poll poll, long sentNs) {
    long wireNs = timing.ofBytesNs(poll.request.answerBytes());
    long untilNs = sentNs + timeoutNs(poll) + wireNs;
    for (int i = 0; isSlow(poll.slave) && i < polls.size(); i++) {
      Poll other = polls.get(i);
      untilNs = yields(other) ? untilNs : Math.min(untilNs, Math.max(dueNs(other), sentNs));
    }
    return untilNs;
  }

  /** When the next turn ends of which nothing is said yet. */
  long turnEndNs() {
    long endNs = Long.MAX_VALUE;
    for (int i = 0; i < polls.size(); i++) {
      endNs = polls.get(i).isProbe ? endNs : Math.min(endNs, polls.get(i).turnNs);
    }
    return endNs;
  }

  private long timeoutNs(Poll poll) {
    boolean isProbe = poll.isFailing || poll.slave.isSilent;
    return isProbe
        ? Math.min(timeoutNs, Math.max(SHORT_TIMEOUT_NS, 2 * poll.slave.slowestNs()))
        : timeoutNs;
  }

  /** How long an answer of the slave may be on its way. */
  long answerLifeNs(Slave slave) {
    return Math.max(ANSWER_LIFE_NS, Math.max(LIFE_TIMEOUTS * timeoutNs, 2 * slave.slowestNs()));
  }

  /** The request is on the wire. */
  void sent(Poll poll, long nowNs) {
    poll.isOpen = true;
    poll.slave.round = poll;
    poll.slave.asked(nowNs);
    poll.lookalikes.sent(poll, nowNs, answerLifeNs(poll.slave));
  }

  /**
   * The timeout is over, and of a slow slave the answer may be a matter of time.
   *
   * @return whether it is waited for, while others are asked
   */
  boolean waitsOn(Poll poll, long nowNs) {
    long untilNs = nowNs + 2 * poll.slave.slowestNs() - poll.lookalikes.sinceSentNs(nowNs);
    if (!isSlow(poll.slave) || untilNs <= nowNs) {
      return false;
    }
    poll.slave.overdueUntilNs = untilNs;
    return true;
  }

  /** A request that was waited for long enough, if there is one; it is to be reported as failed. */
  @Nullable
  Poll lapsed(long nowNs) {
    for (int i = 0; i < slaves.size(); i++) {
      Slave slave = slaves.get(i);
      if (slave.overdueUntilNs > 0 && slave.overdueUntilNs <= nowNs) {
        slave.overdueUntilNs = 0;
        return slave.round;
      }
    }
    return null;
  }

  /**
   * The slave has answered a request, if only to refuse, in time or late.
   *
   * @return whether the slave was silent until now
   */
  boolean answered(Poll poll, Answer answer, long nowNs) {
    Slave slave = poll.slave;
    boolean isBack = slave.isSilent;
    long wireNs = timing.ofBytesNs(poll.request.answerBytes());
    slave.took(Math.max(0, poll.lookalikes.tookNs(nowNs) - wireNs));
    // If it was doubted when it came first, both were meant.
    int count = answer.equals(poll.doubtful) ? 2 : 1;
    poll.lookalikes.answered(count, nowNs, answerLifeNs(slave));
    slave.isSilent = false;
    if (poll.isFailing) {
      wakeSiblings(poll, nowNs);
    }
    poll.isOpen = false;
    poll.isFailing = false;
    poll.lastAnswer = answer;
    slave.said.answered(poll, answer, nowNs);
    poll.backoff.reset();
    poll.endRound();
    poll.dueNs = poll.nextTurnNs(nowNs);
    if (answer.exceptionCode() == 0) {
      slave.gave(poll.request.function(), poll.request.dataBytes());
      dropProbe(poll);
    }
    return isBack;
  }

  private void wakeSiblings(Poll poll, long nowNs) {
    for (Poll other : polls) {
      if (other != poll && other.slave == poll.slave && other.isFailing) {
        other.dueNs = Math.min(other.dueNs, nowNs);
      }
    }
  }

  /** Whether another request was answered just so of late, and this one was not: it may be that answer once more. */
  boolean mayBeRepeat(Poll poll, Answer answer, long nowNs) {
    return !answer.equals(poll.lastAnswer)
        && !answer.equals(poll.doubtful)
        && poll.slave.said.ofAnother(poll, answer, nowNs - answerLifeNs(poll.slave));
  }

  /** The slave has no time now: it is asked again before its turn, if that is far. */
  void busy(Poll poll, long nowNs) {
    poll.dueNs = Math.min(poll.dueNs, nowNs + FIRST_WAIT_NS);
  }

  /** An answer came that nobody waits for: the slave says things twice, or takes longer than was thought possible. */
  void saidUnasked(Lookalikes alike, Answer answer, long nowNs) {
    alike.slave.said.unasked(alike.function, answer, alike.last(), nowNs);
    alike.slave.repeated(alike.sinceSentNs(nowNs), answerLifeNs(alike.slave), nowNs);
    alike.saidUnasked(nowNs);
  }

  /** Something is said of the request, so its turn is not missed. */
  void given(Poll poll, long nowNs) {
    poll.turnNs = Math.max(poll.turnNs, poll.nextTurnNs(nowNs) + poll.periodNs);
  }

  /** A request of which nothing was said in its turn, which is over, if there is one. */
  @Nullable
  Poll missed(long nowNs) {
    for (int i = 0; i < polls.size(); i++) {
      if (missed(polls.get(i), nowNs)) {
        return polls.get(i);
      }
    }
    return null;
  }

  /** Whether nothing was said of a request in its turn, which is over; the next call speaks of the next turn. */
  boolean missed(Poll poll, long nowNs) {
    if (poll.isProbe || poll.turnNs > nowNs) {
      return false;
    }
    long endNs = poll.nextTurnNs(nowNs);
    if (!poll.isFailing && !poll.slave.isSilent) {
      skipped += (endNs - poll.turnNs) / poll.periodNs;
    }
    poll.turnNs = endNs;
    return true;
  }

  /** Turns missed since the last call by slaves that are not silent. */
  long takeSkipped() {
    long count = skipped;
    skipped = 0;
    return count;
  }

  /** The answer came, but damaged: nothing more is to come of it. */
  void damaged(Poll poll, long nowNs) {
    poll.lookalikes.answered(1, nowNs, answerLifeNs(poll.slave));
  }

  /**
   * No good answer came.
   *
   * @param wasLong whether that took the whole timeout
   * @return whether the request is tried again in this round; if not, the slave counts as silent
   */
  boolean failed(Poll poll, long nowNs, boolean wasLong) {
    poll.tries++;
    poll.isPatient |= wasLong;
    if (!poll.isFailing && !poll.slave.isSilent && poll.tries <= retries) {
      return true;
    }
    // One request that is never answered says nothing new of a slave that answers others.
    poll.slave.isSilent |= !poll.isFailing;
    poll.isFailing = true;
    poll.isOpen = false;
    poll.endRound();
    poll.dueNs = nowNs + poll.backoff.nextNs();
    probe(poll, nowNs);
    return false;
  }

  /** A part is asked for too: the slave may be silent because it is asked for too much. */
  private void probe(Poll poll, long nowNs) {
    if (poll.probe == null && poll.lastAnswer == null && poll.groups.canBeHalved()) {
      Poll probe = poll(poll.slave, poll.groups.first());
      probe.start(nowNs + FIRST_WAIT_NS);
      probe.isFailing = true;
      probe.isProbe = true;
      poll.probe = probe;
      polls.add(probe);
    }
  }

  private void dropProbe(Poll poll) {
    Poll probe = poll.probe;
    if (probe != null) {
      poll.probe = null;
      remove(probe);
    }
  }

  private void remove(Poll poll) {
    polls.remove(poll);
    poll.retire();
  }

  /** Whether the slave, which is not silent, answers shorter requests and has never answered this one. */
  boolean isTooLong(Poll poll) {
    return poll.isFailing
        && !poll.slave.isSilent
        && poll.lastAnswer == null
        && poll.slave.givesLess(poll.request.function(), poll.request.dataBytes());
  }

  /**
   * Replaces a request by two for its halves, because the slave does not give so much, or refuses part of it.
   *
   * @return whether that could be done
   */
  boolean halve(Poll poll, long nowNs) {
    if (!poll.groups.canBeHalved()) {
      return false;
    }
    dropProbe(poll);
    int at = polls.indexOf(poll);
    remove(poll);
    for (JoinedGroups half : poll.groups.halves()) {
      Poll next = poll(poll.slave, half);
      next.start(nowNs);
      next.turnNs = poll.turnNs;
      polls.add(at++, next);
    }
    return true;
  }

  /** How many slaves leave all their requests unanswered. */
  int silentSlaves() {
    return (int) slaves.stream().filter(slave -> slave.isSilent).count();
  }

  /** Whether no slave answers. */
  boolean isAllSilent() {
    return silentSlaves() == slaves.size();
  }

  /** Which slaves are silent, slow or want quiet, in words; empty if none is. */
  String trouble() {
    StringJoiner silent = new StringJoiner(", ", "no answer from unit ", "").setEmptyValue("");
    StringJoiner all = new StringJoiner("; ");
    for (Slave slave : slaves) {
      if (slave.isSilent) {
        silent.add(slave.unit + " (" + slave.name + ")");
      } else if (isSlow(slave)) {
        all.add("unit " + slave.unit + " (" + slave.name + ") answers after "
            + (slave.slowestNs() + 5 * MS) / (10 * MS) * 10 + " ms: raise `timeout`");
      } else if (slave.quietWantedNs() > 0) {
        all.add("unit " + slave.unit + " (" + slave.name
            + ") leaves out what comes too soon, and answers after "
            + (slave.quietWantedNs() + MS - 1) / MS + " ms of quiet: raise its `pause`");
      }
    }
    String names = silent.toString();
    return names.isEmpty() ? all.toString() : all.length() == 0 ? names : names + "; " + all;
  }
}
