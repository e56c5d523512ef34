package dev.caravan.agent.source.modbus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one slave whose answers look alike: same function, same length. An answer does not name its request, so
 * only one of them is under way at a time.
 *
 * <p>After it was sent, another one waits until each sending is answered, or until an answer can no longer come: so long
 * the line has to be heard without one. The same request may be repeated, for its answers are as good.
 */
final class Lookalikes {
  final Slave slave;
  final int function;
  final int dataBytes;
  private final List<Poll> members = new ArrayList<>();

  private @Nullable Poll last;
  private int owed;
  private long firstSentNs;
  private long lastSentNs;
  private long restUntilNs = Long.MIN_VALUE;

  Lookalikes(Slave slave, int function, int dataBytes) {
    this.slave = slave;
    this.function = function;
    this.dataBytes = dataBytes;
  }

  void add(Poll poll) {
    members.add(poll);
  }

  void remove(Poll poll) {
    members.remove(poll);
  }

  boolean is(int unit, int ofFunction, int bytes) {
    return slave.unit == unit && function == ofFunction && dataBytes == bytes;
  }

  /**
   * A member goes out.
   *
   * @param lifeNs how long its answer may be on its way
   */
  void sent(Poll poll, long nowNs, long lifeNs) {
    boolean isRepeat = last == poll && owed > 0 && nowNs < restUntilNs;
    owed = isRepeat ? owed + 1 : 1;
    if (!isRepeat || poll.tries == 0) {
      firstSentNs = nowNs;
    }
    lastSentNs = nowNs;
    last = poll;
    restUntilNs = nowNs + lifeNs;
  }

  /** The request whose answer may still come, if any. */
  @Nullable
  Poll owing() {
    return owed > 0 ? last : null;
  }

  /** The request that was sent last, if any was. */
  @Nullable
  Poll last() {
    return last;
  }

  /** How long ago a member was sent last. */
  long sinceSentNs(long nowNs) {
    return nowNs - lastSentNs;
  }

  /** How long the answer that comes now took: which of a round's sendings it is for, the slave's habit tells. */
  long tookNs(long nowNs) {
    long sinceLastNs = nowNs - lastSentNs;
    return owed > 1 && sinceLastNs > 2 * slave.slowestNs() ? nowNs - firstSentNs : sinceLastNs;
  }

  /**
   * So many of the sendings are answered.
   *
   * @param lifeNs how long the answers to the others may be on their way
   */
  void answered(int count, long nowNs, long lifeNs) {
    owed = Math.max(0, owed - count);
    firstSentNs = lastSentNs;
    restUntilNs = nowNs + (owed == 0 ? slave.repeatsWithinNs() : lifeNs);
  }

  /** An answer came that nobody waits for: others may follow. */
  void saidUnasked(long nowNs) {
    restUntilNs = Math.max(restUntilNs, nowNs + slave.repeatsWithinNs());
  }

  /** From when on a member may be sent. */
  long freeNs(Poll poll) {
    if (last == poll && poll.tries > 0) {
      return Long.MIN_VALUE;
    }
    if (last == poll && members.size() == 1) {
      // Whatever comes is its own answer, but not its newest while older ones are on their way.
      return owed == 0 ? Long.MIN_VALUE : lastSentNs + slave.slowestNs();
    }
    return restUntilNs;
  }
}
