package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One trigger at work: armed until it fires, then until its condition for that arms it again. A value holds until the next
 * one comes, so it can fire between two samples. While it collects what comes after, it does not fire again. One thread.
 */
final class Trigger {
  /** When nothing is due. */
  static final long NEVER = Long.MAX_VALUE;
  /** The most samples of one event, those before it and those after. */
  static final int MOST_SAMPLES = 2 * SampleRing.MOST_SAMPLES;

  private final TriggerRule rule;
  private final Condition when;
  private final @Nullable Condition until;
  private final List<Slot> asked;
  private final int mostSamples;

  private boolean armed = true;
  private long quietUntilNs = Long.MIN_VALUE;

  // while the condition holds
  private boolean holding;
  private long sinceNs;

  // while what comes after is collected
  private @Nullable SampleColumns samples;
  private long firedNs;
  private long endNs;
  private String text = "";
  private boolean isFull;

  Trigger(TriggerRule rule, Function<String, Slot> slots) {
    this(rule, slots, MOST_SAMPLES);
  }

  Trigger(TriggerRule rule, Function<String, Slot> slots, int mostSamples) {
    this.rule = rule;
    this.when = Expression.read(rule.when(), slots).condition();
    this.until =
        rule.until().map(text -> Expression.read(text, slots).condition()).orElse(null);
    this.asked = rule.asked().stream().map(slots).toList();
    this.mostSamples = mostSamples;
  }

  TriggerRule rule() {
    return rule;
  }

  /** Looks at the conditions anew, since a value has changed. */
  void judge(long timeNs) {
    int held = when.holds();
    if (held != Condition.YES) {
      holding = false;
    } else if (!holding) {
      holding = true;
      sinceNs = timeNs;
    }
    if (!armed && (until == null ? held == Condition.NO : until.holds() == Condition.YES)) {
      armed = true;
      sinceNs = timeNs;
    }
  }

  /** When it fires if nothing changes; {@link #NEVER} if it does not. */
  long fireNs() {
    boolean waits = armed && holding && samples == null;
    return waits ? Math.max(sinceNs + rule.forNs(), quietUntilNs) : NEVER;
  }

  boolean isCollecting() {
    return samples != null;
  }

  /** When it fires or has collected all. */
  long dueNs() {
    return samples == null ? fireNs() : endNs;
  }

  /**
   * Fires: from now on it collects.
   *
   * @param before what was measured up to now
   * @param lacks whether the oldest of that had to go
   */
  void fire(long timeNs, SampleColumns before, boolean lacks) {
    armed = false;
    quietUntilNs = timeNs + rule.quietNs();
    samples = before;
    firedNs = timeNs;
    endNs = timeNs + rule.afterNs();
    isFull = false;
    text = rule.when() + ": "
        + asked.stream().map(Slot::toString).collect(Collectors.joining(", "))
        + (lacks ? "; the start is missing, too much came in that time" : "");
  }

  /** What the condition is about, as it is now, of what goes with the event. */
  void addAsked(SampleColumns to) {
    for (Slot slot : asked) {
      Signal signal = slot.signal();
      if (signal != null && rule.takes(slot.path())) {
        to.add(slot.sample(signal));
      }
    }
  }

  /** Collects a sample of a signal that goes with the event, if it collects. */
  void take(Sample sample) {
    SampleColumns open = samples;
    if (open == null || sample.timeNs() > endNs || isFull) {
      return;
    }
    if (open.size() >= mostSamples) {
      isFull = true;
    } else {
      open.add(sample);
    }
  }

  /** Ends collecting; {@code remark} goes behind the text. */
  Snapshot close(String remark) {
    SampleColumns all = samples == null ? new SampleColumns(0) : samples;
    samples = null;
    String end = isFull ? "; the end is missing, too much came in that time" : remark;
    return new Snapshot("trigger", rule.name(), firedNs, text + end, rule.asked(), all);
  }

  /** The time runs on from another one: what is counted in it begins anew. */
  void timeWasSet(long timeNs) {
    sinceNs = timeNs;
    quietUntilNs = Math.min(quietUntilNs, timeNs + rule.quietNs());
  }
}
