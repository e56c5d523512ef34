package dev.caravan.agent.source.diagnostic;

import java.util.Set;
import java.util.TreeSet;

/** One request of the poller, when it is due, and how it has gone so far. */
final class Poll {
  /** Tries of a request that is asked once; and silences after which what a vehicle supports is taken as unknown. */
  static final int TRIES = 3;

  private static final long RETRY_NS = 1_000_000_000L;
  private static final long LONGEST_NS = 300 * RETRY_NS;

  private final DiagnosticRequest request;
  private final long periodNs;

  // since the vehicle was found
  private final Set<Integer> heard = new TreeSet<>();
  private long dueNs;
  private int failures;
  private boolean isDone;
  private boolean isAlone;

  /**
   * A poll due at once.
   *
   * @param periodNs 0: until it is answered or refused, or has been silent {@value #TRIES} times
   */
  Poll(DiagnosticRequest request, long periodNs, long dueNs) {
    this.request = request;
    this.periodNs = periodNs;
    this.dueNs = dueNs;
  }

  DiagnosticRequest request() {
    return request;
  }

  int service() {
    return request.payload().at(0);
  }

  /** The byte behind the service, -1 if there is none. */
  int parameter() {
    return request.payload().length() > 1 ? request.payload().at(1) : -1;
  }

  boolean isForEveryone() {
    return request.target() == DiagnosticRequest.EVERYONE;
  }

  long periodNs() {
    return periodNs;
  }

  /** Monotonic time it is due at. */
  long dueNs() {
    return dueNs;
  }

  /** Failures since it was last answered. */
  int failures() {
    return failures;
  }

  /** Whether one answer is enough. */
  boolean isOnce() {
    return periodNs == 0;
  }

  /** Whether it will never be asked again. */
  boolean isDone() {
    return isDone;
  }

  /** Whether it may not share a request any more. */
  boolean isAlone() {
    return isAlone;
  }

  /** The units that have answered it. */
  Set<Integer> heard() {
    return heard;
  }

  /** From now on it has a request of its own, the next at once. */
  void askAlone(long nowNs) {
    isAlone = true;
    dueNs = nowNs;
  }

  /** The far end is away: nothing is held against this request, and the others go first. */
  void postponed(long nowNs) {
    dueNs = nowNs;
  }

  /** The far end is back. */
  void forgiven(long nowNs) {
    if (failures > 0) {
      failures = 0;
      dueNs = nowNs;
    }
  }

  /** Answered: due a whole number of periods later, so that late ones do not come in a burst, and keep their step. */
  void answered(long nowNs) {
    failures = 0;
    step(nowNs);
  }

  /** Not understood: asked again at its time, if that is not far. */
  void garbled(long nowNs) {
    if (isRare()) {
      failed(nowNs);
    } else {
      step(nowNs);
    }
  }

  private void step(long nowNs) {
    if (periodNs == 0) {
      isDone = true;
    } else {
      dueNs = dueNs > nowNs ? dueNs + periodNs : nowNs + periodNs - (nowNs - dueNs) % periodNs;
    }
  }

  /** Whether its next turn is so far away that a failure is worth another try before. */
  boolean isRare() {
    return periodNs == 0 || periodNs > LONGEST_NS;
  }

  /** Refused in a way that will not change: not asked again soon, and not at all if it is asked once. */
  void refusedForGood(long nowNs) {
    failures = Math.max(TRIES, failures + 1);
    isDone = periodNs == 0;
    dueNs = nowNs + Math.max(periodNs, LONGEST_NS);
  }

  /** Refused for now, or silent: from the second time on it waits twice as long each time, and a rare request is tried sooner. */
  void failed(long nowNs) {
    failures++;
    if (periodNs == 0 && failures >= TRIES) {
      isDone = true;
    }
    if (failures == 1 && periodNs > 0 && periodNs <= LONGEST_NS) {
      step(nowNs);
      return;
    }
    long waitNs = Math.min(RETRY_NS << Math.min(failures, 30), Math.max(periodNs, LONGEST_NS));
    dueNs = nowNs + (periodNs <= LONGEST_NS ? Math.max(waitNs, periodNs) : waitNs);
  }
}
