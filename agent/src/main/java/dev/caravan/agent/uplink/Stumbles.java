package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries that do not go while others may. Each is left alone for a while, so that it holds nobody up: a second, and twice as
 * long whenever another went through meanwhile, up to {@value #LONGEST_NS} ns; {@value #UNANSWERED_TIMES} times as long
 * where each try costs a link, since the far side does not answer for it. One that fails for the {@value #MOST_TIMES}th
 * time in the same way although others went through each time is hopeless. Where none goes through, none ever is.
 *
 * <p>The courier's thread.
 */
final class Stumbles {
  private static final int MOST_TIMES = 5;
  private static final int MOST = 64;
  private static final int UNANSWERED_TIMES = 20;
  private static final long LONGEST_NS = 30_000_000_000L;

  private static final class Stumble {
    private String why = "";
    private boolean passed;
    private int times;
    private long bytes;
    private long pauseNs;
    private long dueNs;
  }

  private final Timeline timeline;
  private final long pauseNs;
  private final Map<Long, Stumble> stumbles = new LinkedHashMap<>();
  private long through;

  // since one went through
  private final List<Long> inRow = new ArrayList<>();
  private String why = "";
  private boolean othersGo;

  Stumbles(Timeline timeline, long pauseNs) {
    this.timeline = timeline;
    this.pauseNs = pauseNs;
  }

  /**
   * An entry did not go.
   *
   * @param fate if it failed, that speaks against it where others go; one without an answer is left alone longer
   * @return whether it is hopeless
   */
  boolean failed(Entry entry, String how, Fate fate) {
    Stumble stumble = stumbles.computeIfAbsent(entry.sequence(), any -> new Stumble());
    if (fate != Fate.FAILED || !stumble.why.equals(how)) {
      stumble.times = 0;
    } else if (stumble.passed) {
      stumble.times++;
    }
    othersGo = stumble.passed;
    boolean isUnanswered = fate == Fate.UNANSWERED;
    long leastNs = isUnanswered ? pauseNs * UNANSWERED_TIMES : pauseNs;
    long mostNs = isUnanswered ? LONGEST_NS * UNANSWERED_TIMES : LONGEST_NS;
    stumble.pauseNs =
        stumble.passed ? Math.max(leastNs, Math.min(mostNs, stumble.pauseNs * 2)) : leastNs;
    stumble.dueNs = timeline.monotonicNs() + stumble.pauseNs;
    stumble.passed = false;
    stumble.why = how;
    stumble.bytes = entry.body().length();
    through = Math.max(through, entry.sequence());
    if (!why.equals(how)) {
      inRow.clear();
    }
    why = how;
    if (inRow.size() < 2 && !inRow.contains(entry.sequence())) {
      inRow.add(entry.sequence());
    }
    if (stumbles.size() > MOST) {
      stumbles.remove(stumbles.keySet().iterator().next());
    }
    return stumble.times >= MOST_TIMES;
  }

  /** An entry went through. */
  void passed(Entry entry) {
    gone(entry);
    long nowNs = timeline.monotonicNs();
    for (Stumble each : stumbles.values()) {
      if (!each.passed) {
        each.passed = true;
        each.dueNs = nowNs + each.pauseNs;
      }
    }
    inRow.clear();
  }

  /** An entry will not be sent again. */
  void gone(Entry entry) {
    stumbles.remove(entry.sequence());
  }

  /** Entries before this sequence are gone. */
  void begins(long oldest) {
    stumbles.keySet().removeIf(sequence -> sequence < oldest);
  }

  boolean isEmpty() {
    return stumbles.isEmpty();
  }

  /** Why one entry after the other does not go, none between them having gone; empty if that is not so. */
  String whyNoneGoes() {
    return inRow.size() < 2 ? "" : why;
  }

  /** Why the latest did not go. */
  String why() {
    return why;
  }

  /** Whether others went before the one that failed the latest time, so that those behind it need not wait. */
  boolean doOthersGo() {
    return othersGo && inRow.size() < 2;
  }

  /** Whether none but this one ever failed of those that are there. */
  boolean isOnly(Entry entry) {
    return stumbles.size() == 1 && isOne(entry);
  }

  boolean isOne(Entry entry) {
    return stumbles.containsKey(entry.sequence());
  }

  /** The highest sequence of any that ever failed. */
  long through() {
    return through;
  }

  /** Whether it is to be left alone now. */
  boolean rests(Entry entry) {
    Stumble stumble = stumbles.get(entry.sequence());
    return stumble != null && timeline.monotonicNs() - stumble.dueNs < 0;
  }

  /** How large their bodies are together. */
  long bytes() {
    return stumbles.values().stream().mapToLong(each -> each.bytes).sum();
  }
}
