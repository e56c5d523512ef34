package dev.caravan.agent.source.modbus;

import org.jspecify.annotations.Nullable;

/** What a slave said of late, asked or not, and of which request: it may come again. One thread. */
final class Said {
  private static final int MOST = 64;

  private final Poll[] polls = new Poll[MOST];
  private final Answer[] answers = new Answer[MOST];
  private final long[] heardNs = new long[MOST];
  private int count;
  private int next;

  /** The request was answered so. */
  void answered(Poll poll, Answer answer, long nowNs) {
    for (int i = 0; i < count; i++) {
      if (polls[i] == poll && answers[i].equals(answer)) {
        heardNs[i] = nowNs;
        return;
      }
    }
    polls[next] = poll;
    answers[next] = answer;
    heardNs[next] = nowNs;
    next = (next + 1) % MOST;
    count = Math.max(count, next == 0 ? MOST : next);
  }

  /** This came unasked: what was said before once more or, if it is new, an answer to the last request of its kind. */
  void unasked(int function, Answer answer, @Nullable Poll last, long nowNs) {
    boolean isNew = true;
    for (int i = 0; i < count; i++) {
      if (isOf(i, function, answer)) {
        heardNs[i] = nowNs;
        isNew = false;
      }
    }
    if (isNew && last != null) {
      answered(last, answer, nowNs);
    }
  }

  /** Whether another request was answered so since then. */
  boolean ofAnother(Poll poll, Answer answer, long sinceNs) {
    for (int i = 0; i < count; i++) {
      if (polls[i] != poll
          && heardNs[i] - sinceNs >= 0
          && isOf(i, poll.request.function(), answer)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOf(int index, int function, Answer answer) {
    return polls[index].request.function() == function && answers[index].equals(answer);
  }
}
