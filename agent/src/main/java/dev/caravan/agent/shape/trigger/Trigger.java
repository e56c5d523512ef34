package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
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

  private final TriggerRule rule;
  private final Condition when;
  private final @Nullable Condition until;
  private final List<Slot> asked;
  private final Allowance allowance;

  private boolean armed = true;
  private long quietUntilNs = Long.MIN_VALUE;

  // while the condition holds
  private boolean holding;
  private long sinceNs;

  // while what comes after is collected
  private @Nullable SampleColumns samples;
  private int samplesBefore;
  private long contentBytesBefore;
  private boolean lacksStart;
  private long firedNs;
  private long endNs;
  private String text = "";
  private boolean isFull;

  /** {@code allowance}: what it shares with the other triggers of its route. */
  Trigger(TriggerRule rule, Function<String, Slot> slots, Allowance allowance) {
    this.rule = rule;
    this.when = Expression.read(rule.when(), slots).condition();
    this.until =
        rule.until().map(text -> Expression.read(text, slots).condition()).orElse(null);
    this.asked = rule.asked().stream().map(slots).toList();
    this.allowance = allowance;
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
    samplesBefore = rule.beforeNs() > 0 ? before.size() : 0;
    contentBytesBefore = rule.beforeNs() > 0 ? before.contentBytes() : 0;
    allowance.claim(before.size(), before.contentBytes());
    lacksStart = lacks;
    firedNs = timeNs;
    endNs = timeNs + rule.afterNs();
    isFull = false;
    text =
        rule.when() + ": " + asked.stream().map(Slot::toString).collect(Collectors.joining(", "));
  }

  /** How many samples it holds of the time before it fired. */
  long samplesBefore() {
    return samplesBefore;
  }

  /** How much their texts and blocks take. */
  long contentBytesBefore() {
    return contentBytesBefore;
  }

  /** Lets go of the oldest samples of before it fired, so that no more are left of them. */
  void keepSamplesBefore(long most) {
    dropBefore((int) Math.max(0, samplesBefore - most));
  }

  /** Lets go of the oldest samples of before it fired, so that their texts and blocks take no more. */
  void keepContentBytesBefore(long most) {
    SampleColumns all = samples;
    int gone = 0;
    long left = contentBytesBefore;
    while (all != null && left > most) {
      left -= all.contentBytes(gone);
      gone++;
    }
    dropBefore(gone);
  }

  private void dropBefore(int oldest) {
    SampleColumns all = samples;
    if (all != null && oldest > 0) {
      SampleColumns rest = all.from(oldest);
      long contentBytes = all.contentBytes() - rest.contentBytes();
      allowance.giveBack(oldest, contentBytes);
      samples = rest;
      samplesBefore -= oldest;
      contentBytesBefore -= contentBytes;
      lacksStart = true;
    }
  }

  /** What the condition is about, as it is now, of what goes with the event. */
  void addAsked(SampleColumns to) {
    for (Slot slot : asked) {
      if (rule.takes(slot.path())) {
        slot.sample().ifPresent(to::add);
      }
    }
  }

  /** Collects a sample of a signal that goes with the event, if it collects. */
  void take(Sample sample) {
    SampleColumns open = samples;
    if (open == null || sample.timeNs() > endNs || isFull) {
      return;
    }
    if (allowance.take(SampleColumns.contentBytes(sample))) {
      open.add(sample);
    } else {
      isFull = true;
    }
  }

  /** Ends collecting; {@code remark} goes behind the text. */
  Snapshot close(String remark) {
    SampleColumns all = samples == null ? new SampleColumns(0) : samples;
    samples = null;
    allowance.giveBack(all.size(), all.contentBytes());
    String start = lacksStart ? "; the start is missing, too much came in that time" : "";
    String end = isFull ? "; the end is missing, too much came in that time" : remark;
    return new Snapshot("trigger", rule.name(), firedNs, text + start + end, rule.asked(), all);
  }

  /** The time runs on from another one: what is counted in it begins anew. */
  void timeWasSet(long timeNs) {
    sinceNs = timeNs;
    quietUntilNs = Math.min(quietUntilNs, timeNs + rule.quietNs());
  }
}
