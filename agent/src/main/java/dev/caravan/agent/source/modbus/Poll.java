package dev.caravan.agent.source.modbus;

import dev.caravan.agent.clock.Backoff;

/** One request that is made again and again, and when it is due. */
final class Poll {
  final Slave slave;
  final JoinedGroups groups;
  final ReadRequest request;
  final byte[] frame;
  final long periodNs;
  final Backoff backoff;

  /** When it is to be sent, by the monotonic clock. */
  long dueNs;

  /** Tries of the round that is under way. */
  int tries;

  /** Whether it waits until the line has time: what probably stays unanswered must not delay the others. */
  boolean isPatient;

  /** Whether its last round ended without an answer. */
  boolean isFailing;

  /** Rounds without an answer in a row. */
  int failures;

  Poll(Slave slave, JoinedGroups groups, long dueNs, Backoff backoff) {
    this.slave = slave;
    this.groups = groups;
    this.request = groups.request();
    this.frame = request.encoded();
    this.periodNs = groups.periodNs();
    this.dueNs = dueNs;
    this.backoff = backoff;
  }

  /** Whether it goes only where it keeps no other from its time. */
  boolean yields() {
    return isPatient || isFailing || slave.isSilent;
  }
}
