package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.TroubleCodeLists;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.stage.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The black box of one route: sees all that is decoded, and gives a snapshot when a trigger fires, a list of trouble codes
 * changes, or a source or route becomes degraded or well.
 *
 * <p>Conditions go by samples of quality ok, and by the time of the samples alone: that of all signals, so that a trigger
 * does not wait for a signal of its own that is silent. While no sample comes at all, time passes with the ticks, a second
 * late, so that what is still under way is not missed. A time more than {@value #SET_BACK_NS} ns before, or an hour behind,
 * the newest one means that the clock was set: what is being collected ends, and all that is counted in time begins anew.
 *
 * <p>A group of samples that nobody asks for costs an array access and four comparisons. The thread of the pipeline calls all methods.
 */
public final class Triggers implements Stage<SampleGroup, Report> {
  private static final long SET_BACK_NS = 5_000_000_000L;
  private static final long SET_AHEAD_NS = 3_600_000_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  private final TriggerSettings settings;
  private final Allowance allowance = new Allowance();
  private final List<Trigger> triggers;
  private final Map<String, Slot> slots = new HashMap<>();
  private final @Nullable SampleRing ring;
  private final @Nullable PartStates states;

  // by the index of the group, filled when it is first seen, or has grown
  private @Nullable GroupWatch[] watches = new GroupWatch[64];

  // in the time of samples
  private long latestNs = Long.MIN_VALUE / 2;
  private long dueNs = Trigger.NEVER;

  // in the time of ticks
  private long tickedNs;
  private long latestAtTickNs = Long.MIN_VALUE;
  private long silentSinceNs;

  /** The events of one route. */
  public Triggers(TriggerSettings settings, Health health) {
    this.settings = settings;
    this.triggers = settings.rules().stream()
        .map(rule -> new Trigger(rule, this::slot, allowance))
        .toList();
    long keepNs =
        settings.rules().stream().mapToLong(TriggerRule::beforeNs).max().orElse(0);
    this.ring = keepNs > 0 ? new SampleRing(keepNs) : null;
    this.states = settings.states() ? new PartStates(health) : null;
  }

  private Slot slot(String path) {
    return slots.computeIfAbsent(path, Slot::new);
  }

  @Override
  public void accept(SampleGroup group, Consumer<? super Report> out) {
    long timeNs = group.timeNs();
    GroupWatch watch = watch(group.group());
    if (timeNs < latestNs - SET_BACK_NS || timeNs > latestNs + SET_AHEAD_NS) {
      timeWasSet(timeNs, out);
    } else if (timeNs > dueNs) {
      passTo(timeNs, out);
    }
    if (timeNs > latestNs) {
      latestNs = timeNs;
    }
    for (int i = 0; watch.isOfUse() && i < group.size(); i++) {
      Watch ofSignal = watch.of(group.place(i));
      if (ofSignal.isOfUse()) {
        take(group.sample(i), ofSignal, out);
      }
    }
  }

  private void take(Sample sample, Watch watch, Consumer<? super Report> out) {
    if (watch.isRinged() && ring != null) {
      ring.add(sample);
    }
    for (int i = 0; i < watch.takers().size(); i++) {
      watch.takers().get(i).take(sample);
    }
    if (sample.quality() == Quality.OK) {
      if (watch.slot() != null) {
        judge(sample, watch.slot(), watch.judged(), out);
      }
      if (watch.codes() != null) {
        watch.codes().accept(sample, out);
      }
    } else if (!sample.quality().hasValue() && watch.slot() != null) {
      forget(sample, watch.slot(), watch.judged());
    }
  }

  /** What hangs on a signal that has no value any more neither holds nor does not. */
  private void forget(Sample sample, Slot slot, List<Trigger> judged) {
    slot.forget();
    for (int i = 0; i < judged.size(); i++) {
      judged.get(i).judge(sample.timeNs());
    }
    lookAhead();
  }

  private void judge(Sample sample, Slot slot, List<Trigger> judged, Consumer<? super Report> out) {
    long timeNs = sample.timeNs();
    slot.set(sample);
    for (int i = 0; i < judged.size(); i++) {
      Trigger trigger = judged.get(i);
      trigger.judge(timeNs);
      if (timeNs >= trigger.fireNs()) {
        fire(trigger, timeNs, out);
      }
    }
    if (slot.hasChanged()) {
      slot.settle();
      for (int i = 0; i < judged.size(); i++) {
        judged.get(i).judge(timeNs);
      }
    }
    lookAhead();
  }

  private void lookAhead() {
    long next = Trigger.NEVER;
    for (int i = 0; i < triggers.size(); i++) {
      next = Math.min(next, triggers.get(i).dueNs());
    }
    dueNs = next;
  }

  /** Does what was due before a time. */
  private void passTo(long timeNs, Consumer<? super Report> out) {
    for (Trigger trigger : triggers) {
      closeIfDue(trigger, timeNs, out);
      if (timeNs > trigger.fireNs()) {
        fire(trigger, trigger.fireNs(), out);
        closeIfDue(trigger, timeNs, out);
      }
    }
    lookAhead();
  }

  private static void closeIfDue(Trigger trigger, long timeNs, Consumer<? super Report> out) {
    if (trigger.isCollecting() && timeNs > trigger.dueNs()) {
      out.accept(trigger.close(""));
    }
  }

  private void fire(Trigger trigger, long timeNs, Consumer<? super Report> out) {
    TriggerRule rule = trigger.rule();
    SampleColumns before = new SampleColumns(0);
    boolean lacks = false;
    if (ring != null && rule.beforeNs() > 0) {
      long fromNs = timeNs - rule.beforeNs();
      ring.copyTo(before, fromNs, timeNs + rule.afterNs(), sample -> isTakenBy(trigger, sample));
      lacks = ring.lacks(fromNs);
    } else {
      trigger.addAsked(before);
    }
    trigger.fire(timeNs, before, lacks);
    if (rule.afterNs() == 0) {
      out.accept(trigger.close(""));
    } else {
      allowance.share(triggers.stream().filter(Trigger::isCollecting).toList());
    }
  }

  private void timeWasSet(long timeNs, Consumer<? super Report> out) {
    for (Trigger trigger : triggers) {
      if (trigger.isCollecting()) {
        out.accept(trigger.close("; the end is missing, the clock was set"));
      }
      trigger.timeWasSet(timeNs);
    }
    if (ring != null) {
      ring.clear();
    }
    latestNs = timeNs;
    lookAhead();
  }

  @Override
  public void tick(long nowNs, Consumer<? super Report> out) {
    if (states != null) {
      states.tick(nowNs, out);
    }
    boolean wasSet = Math.abs(nowNs - tickedNs) > SECOND_NS;
    if (latestNs != latestAtTickNs) {
      latestAtTickNs = latestNs;
      silentSinceNs = nowNs;
    } else if (wasSet) {
      silentSinceNs += nowNs - tickedNs;
    } else if (dueNs != Trigger.NEVER) {
      long passedNs = latestNs + (nowNs - silentSinceNs) - SECOND_NS;
      if (passedNs > dueNs) {
        passTo(passedNs, out);
      }
    }
    tickedNs = nowNs;
  }

  @Override
  public void finish(Consumer<? super Report> out) {
    cut("the agent was stopped", out);
  }

  /** Gives out the events that wait for samples after them; {@code why} the rest is missing stands in their text. */
  public void cut(String why, Consumer<? super Report> out) {
    for (Trigger trigger : triggers) {
      if (trigger.isCollecting()) {
        out.accept(trigger.close("; the end is missing, " + why));
      }
    }
    lookAhead();
  }

  private GroupWatch watch(SignalGroup group) {
    int index = group.index();
    if (index >= watches.length) {
      watches = Arrays.copyOf(watches, Math.max(index + 1, watches.length * 2));
    }
    GroupWatch known = watches[index];
    if (known == null || known.size() < group.size()) {
      known = watchFor(group, known == null ? GroupWatch.NONE : known);
      watches[index] = known;
    }
    return known;
  }

  private GroupWatch watchFor(SignalGroup group, GroupWatch before) {
    List<Watch> all = new ArrayList<>(before.watches());
    for (int place = all.size(); place < group.size(); place++) {
      all.add(watchFor(group.signal(place)));
    }
    return new GroupWatch(all);
  }

  /** Whether a sample that was seen before goes with the events of a trigger. */
  private boolean isTakenBy(Trigger trigger, Sample sample) {
    GroupWatch watch = watches[sample.signal().groupIndex()];
    return watch != null && watch.of(sample.signal().place()).takers().contains(trigger);
  }

  private Watch watchFor(Signal signal) {
    String path = signal.path();
    List<Trigger> takers =
        triggers.stream().filter(trigger -> trigger.rule().takes(path)).toList();
    boolean isList =
        settings.troubleCodes() && signal.kind() == Kind.TEXT && TroubleCodeLists.isOne(path);
    return new Watch(
        slots.get(path),
        triggers.stream().filter(trigger -> trigger.rule().asks(path)).toList(),
        takers,
        takers.stream().anyMatch(trigger -> trigger.rule().beforeNs() > 0),
        isList ? new CodeList() : null);
  }
}
