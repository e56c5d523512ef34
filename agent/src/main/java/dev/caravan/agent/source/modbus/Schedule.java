package dev.caravan.agent.source.modbus;

import dev.caravan.agent.clock.Backoff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Which request goes next. Times are those of the monotonic clock; one thread.
 *
 * <p>Requests of slaves that answer go when they are due, each on its own even grid; one that comes too late for its turn
 * leaves it out. Requests that probably stay unanswered (repeats after silence, probes of a silent slave) cost the whole
 * timeout: they go only into a pause long enough for it, and where there is none for {@value #PATIENCE_NS} ns, one at a
 * time so rarely that they take a tenth of the line. A silent request waits 1 s, doubling to 60 s.
 */
final class Schedule {
  static final long FIRST_WAIT_NS = 1_000_000_000L;
  static final long LONGEST_WAIT_NS = 60_000_000_000L;

  private static final long PATIENCE_NS = 1_000_000_000L;
  private static final int RARELY = 10;
  private static final long SHORT_TIMEOUT_NS = 100_000_000L;

  /** A slave that has never answered may be a slow one: each so many-th probe waits for the whole timeout. */
  private static final int LONG_PROBE = 4;

  private final LineTiming timing;
  private final long timeoutNs;
  private final int retries;
  private final List<Poll> polls = new ArrayList<>();
  private final Random random;
  private long forcedNotBeforeNs = Long.MIN_VALUE;
  private long skipped;

  /** All requests are due at once. */
  Schedule(ModbusSettings settings, LineTiming timing, long nowNs) {
    this.timing = timing;
    this.timeoutNs = settings.timeoutNs();
    this.retries = settings.retries();
    this.random = new Random(settings.name().hashCode());
    Map<Integer, Slave> slaves = new LinkedHashMap<>();
    for (JoinedGroups joined : JoinedGroups.of(settings.groups(), settings.bridge())) {
      Slave slave =
          slaves.computeIfAbsent(joined.request().unit(), unit -> new Slave(unit, joined.name()));
      polls.add(poll(slave, joined, nowNs));
    }
  }

  private Poll poll(Slave slave, JoinedGroups groups, long dueNs) {
    return new Poll(slave, groups, dueNs, new Backoff(FIRST_WAIT_NS, LONGEST_WAIT_NS, random));
  }

  /** What is to be sent now, if anything. */
  @Nullable
  Poll next(long nowNs) {
    Poll prompt = null;
    Poll patient = null;
    long promptDueNs = Long.MAX_VALUE;
    for (int i = 0; i < polls.size(); i++) {
      Poll poll = polls.get(i);
      long dueNs = dueNs(poll);
      if (!poll.yields()) {
        promptDueNs = Math.min(promptDueNs, dueNs);
        if (dueNs <= nowNs && (prompt == null || poll.dueNs < prompt.dueNs)) {
          prompt = poll;
        }
      } else if (dueNs <= nowNs && (patient == null || poll.dueNs < patient.dueNs)) {
        patient = poll;
      }
    }
    if (prompt != null || patient == null) {
      return prompt;
    }
    long needNs = timing.ofExchangeNs(patient.request) + timeoutNs(patient);
    if (promptDueNs == Long.MAX_VALUE || promptDueNs - nowNs >= needNs) {
      return patient;
    }
    if (nowNs - patient.dueNs >= PATIENCE_NS && nowNs >= forcedNotBeforeNs) {
      forcedNotBeforeNs = nowNs + RARELY * needNs;
      return patient;
    }
    return null;
  }

  private static long dueNs(Poll poll) {
    return Math.max(poll.dueNs, poll.slave.holdUntilNs);
  }

  /** When {@link #next} may have something to send again, if it has nothing now. */
  long wakeNs(long nowNs) {
    long wakeNs = Long.MAX_VALUE;
    for (int i = 0; i < polls.size(); i++) {
      Poll poll = polls.get(i);
      long dueNs = dueNs(poll);
      if (dueNs <= nowNs) {
        dueNs = Math.max(poll.dueNs + PATIENCE_NS, forcedNotBeforeNs);
      }
      wakeNs = Math.min(wakeNs, dueNs);
    }
    return wakeNs;
  }

  /** How long the answer to a request may take to begin. */
  long timeoutNs(Poll poll) {
    boolean isProbe = poll.isFailing || poll.slave.isSilent;
    if (!isProbe) {
      return timeoutNs;
    }
    long slowestNs = poll.slave.slowestAnswerNs;
    if (slowestNs == 0 && poll.failures % LONG_PROBE == LONG_PROBE - 1) {
      return timeoutNs;
    }
    return Math.min(timeoutNs, Math.max(SHORT_TIMEOUT_NS, 2 * slowestNs));
  }

  /**
   * The slave has answered, if only to refuse.
   *
   * @param tookNs from the end of the request to the answer
   * @return whether the slave was silent until now
   */
  boolean answered(Poll poll, long nowNs, long tookNs) {
    Slave slave = poll.slave;
    boolean isBack = slave.isSilent;
    if (poll.tries > 0 && poll.isPatient) {
      // Each of the tries before may still be answered, and an answer does not say to what.
      slave.holdUntilNs = nowNs + timeoutNs;
    }
    slave.isSilent = false;
    slave.slowestAnswerNs = Math.max(slave.slowestAnswerNs, Math.min(tookNs, timeoutNs));
    if (poll.isFailing) {
      wakeSiblings(poll, nowNs);
    }
    poll.isFailing = false;
    poll.failures = 0;
    poll.backoff.reset();
    endRound(poll);
    skipTo(poll, nowNs);
    return isBack;
  }

  private void wakeSiblings(Poll poll, long nowNs) {
    for (Poll other : polls) {
      if (other != poll && other.slave == poll.slave && other.isFailing) {
        other.dueNs = Math.min(other.dueNs, nowNs);
      }
    }
  }

  private static void endRound(Poll poll) {
    poll.tries = 0;
    poll.isPatient = false;
  }

  private void skipTo(Poll poll, long nowNs) {
    poll.dueNs += poll.periodNs;
    if (poll.dueNs <= nowNs) {
      long missed = (nowNs - poll.dueNs) / poll.periodNs + 1;
      poll.dueNs += missed * poll.periodNs;
      skipped += missed;
    }
  }

  /** Turns left out since the last call because the line was not free in time. */
  long takeSkipped() {
    long count = skipped;
    skipped = 0;
    return count;
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
    poll.failures++;
    endRound(poll);
    poll.dueNs = nowNs + poll.backoff.nextNs();
    return false;
  }

  /**
   * Replaces a request by two for its halves, because the slave refuses part of it.
   *
   * @return whether that could be done
   */
  boolean halve(Poll poll, long nowNs) {
    if (!poll.groups.canBeHalved()) {
      return false;
    }
    int at = polls.indexOf(poll);
    polls.remove(at);
    for (JoinedGroups half : poll.groups.halves()) {
      polls.add(at++, poll(poll.slave, half, nowNs));
    }
    return true;
  }

  /** The slaves that leave all their requests unanswered, as {@code 2 (ups), 3 (road)}. */
  String silentSlaves() {
    StringBuilder text = new StringBuilder();
    Slave last = null;
    for (Poll poll : polls) {
      if (poll.slave.isSilent && poll.slave != last) {
        last = poll.slave;
        text.append(text.isEmpty() ? "" : ", ")
            .append(last.unit)
            .append(" (")
            .append(last.name)
            .append(')');
      }
    }
    return text.toString();
  }
}
