package dev.caravan.agent.source.modbus;

import dev.caravan.agent.clock.Backoff;
import org.jspecify.annotations.Nullable;

/** One request that is made again and again, and when it is due. */
final class Poll {
  final Slave slave;
  final JoinedGroups groups;
  final Lookalikes lookalikes;
  final ReadRequest request;
  final byte[] frame;
  final long periodNs;
  final Backoff backoff;

  /** When it is to be sent, by the monotonic clock. */
  long dueNs;

  /** End of the turn in which something has to be said of it next. */
  long turnNs;

  /** Tries of the round that is under way. */
  int tries;

  /** Whether it was sent and neither answered nor given up. */
  boolean isOpen;

  /** Whether it waits until the line has time: what probably stays unanswered must not delay the others. */
  boolean isPatient;

  /** Whether its last round ended without an answer. */
  boolean isFailing;

  /** What came in this round that may be another request's answer said twice. */
  @Nullable
  Answer doubtful;

  /** What it was answered last, if it ever was. */
  @Nullable
  Answer lastAnswer;

  /** Whether it asks for a part of another one, which reports for both. */
  boolean isProbe;

  /** A request for its first part alone, while it is not known whether the slave gives so much at once. */
  @Nullable
  Poll probe;

  Poll(Slave slave, JoinedGroups groups, Lookalikes lookalikes, Backoff backoff) {
    this.slave = slave;
    this.groups = groups;
    this.lookalikes = lookalikes;
    this.request = groups.request();
    this.frame = request.encoded();
    this.periodNs = groups.periodNs();
    this.backoff = backoff;
    lookalikes.add(this);
    slave.polls++;
  }

  /** It is made no more; what is on its way still counts. */
  void retire() {
    lookalikes.remove(this);
    slave.polls--;
  }

  /** The first turn begins now; what was before is over. */
  void start(long nowNs) {
    dueNs = nowNs;
    turnNs = nowNs + periodNs;
    isOpen = false;
    isFailing = false;
    endRound();
    backoff.reset();
  }

  /** Answered or given up. */
  void endRound() {
    if (slave.round == this) {
      slave.round = null;
      slave.overdueUntilNs = 0;
    }
    doubtful = null;
    tries = 0;
    isPatient = false;
  }

  /** The beginning of the first turn after a time. */
  long nextTurnNs(long nowNs) {
    return turnNs + (Math.floorDiv(nowNs - turnNs, periodNs) + 1) * periodNs;
  }
}
