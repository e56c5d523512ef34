package dev.caravan.agent.health;

import java.util.HashSet;
import java.util.Set;

/**
 * A condition that a part lives with, such as a wire that is lost: each kind of it is told once, all are counted, and the count is
 * told when it is over. Who tells it asks here whether to. Any thread.
 */
public final class Condition {
  static final int MOST_KINDS = 16;

  // guarded by this
  private final Set<String> kinds = new HashSet<>();
  private long times;

  /** One that was not there yet. */
  public Condition() {}

  /** It is there, once more; whether this kind of it is to be told. Beyond {@value #MOST_KINDS} kinds they are counted alone. */
  public boolean isNews(String kind) {
    return isNews(kind, 1);
  }

  /** It is there, so many times more, of one kind; as the other. */
  public synchronized boolean isNews(String kind, long more) {
    times += more;
    return kinds.size() < MOST_KINDS && kinds.add(kind);
  }

  /** Whether it is there. */
  public synchronized boolean isThere() {
    return times > 0;
  }

  /** It is over; how often it was there since the last time, 0 if it was not. All of it is news again. */
  public synchronized long over() {
    long was = times;
    if (was > 0) {
      times = 0;
      kinds.clear();
    }
    return was;
  }
}
