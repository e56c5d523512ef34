package dev.caravan.agent.decode;

import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All signals of one configuration. Decoders define theirs here, at start-up or, where a signal is not known before it
 * is seen, later; the pipeline's thread does both.
 */
public final class SignalTable {
  /** A signal takes 2 to 4 KiB in routes, page and schemas, its texts and blocks not counted. */
  private static final long HEAP_BYTES_PER_SIGNAL = 16 * 1024;

  private final Naming naming;
  private final int mostHeard;
  private final List<Signal> signals = new ArrayList<>();
  private final Map<String, Signal> byPath = new HashMap<>();
  private final List<SignalGroup> groups = new ArrayList<>();
  private final Map<String, SignalGroup> groupByName = new HashMap<>();

  // signals that no configuration names
  private int heard;

  /**
   * An empty table whose signals get their names from {@code naming}, with room for one signal that is only heard in each
   * 16 KiB of the heap: 4,096 in 64 MiB.
   */
  public SignalTable(Naming naming) {
    this(naming, (int) Math.min(1 << 20, Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_SIGNAL));
  }

  /** An empty table with room for so many signals that are only heard. */
  public SignalTable(Naming naming, int mostHeard) {
    this.naming = naming;
    this.mostHeard = mostHeard;
  }

  /**
   * A table that has the same signals so far, and gives those that come later their names from {@code names}. The signals
   * that are only heard are not counted in it yet.
   */
  public SignalTable copy(Naming names) {
    SignalTable copy = new SignalTable(names, mostHeard);
    copy.signals.addAll(signals);
    copy.byPath.putAll(byPath);
    groups.forEach(group -> copy.enter(group.copy()));
    return copy;
  }

  /** Takes room for so many signals that no configuration names; false, and nothing is taken, if there is not as much. */
  boolean admits(int signals) {
    if (signals > mostHeard - heard) {
      return false;
    }
    heard += signals;
    return true;
  }

  int mostHeard() {
    return mostHeard;
  }

  /**
   * The signal for what a decoder knows; the same one when it is defined again under the same path with the same
   * meaning. A path already taken with another meaning gets {@code #2}, {@code #3} … behind it.
   */
  public Signal define(SignalSpec decoded) {
    return enter(naming.named(decoded));
  }

  /** The same for a signal of a DBC file, with its place as {@link CanPlace} writes it. */
  public Signal define(SignalSpec decoded, String place) {
    return enter(naming.named(decoded, place));
  }

  private Signal enter(SignalSpec named) {
    String path = named.path();
    for (int copy = 1; ; copy++) {
      String free = copy == 1 ? path : path + "#" + copy;
      Signal known = byPath.get(free);
      if (known == null) {
        return add(named.placed(free, named.group()));
      }
      if (known.spec().equals(named.placed(free, named.group()))) {
        return known;
      }
    }
  }

  private Signal add(SignalSpec spec) {
    SignalGroup group = groupByName.get(spec.group());
    if (group == null) {
      group = enter(new SignalGroup(spec.group(), groups.size()));
    }
    Signal signal = new Signal(spec, signals.size(), group);
    group.add(signal);
    signals.add(signal);
    byPath.put(spec.path(), signal);
    return signal;
  }

  private SignalGroup enter(SignalGroup group) {
    groups.add(group);
    groupByName.put(group.name(), group);
    return group;
  }

  /** The group of a signal that is defined here. */
  public SignalGroup group(Signal signal) {
    return groups.get(signal.groupIndex());
  }

  /** How many signals are defined so far. */
  public int size() {
    return signals.size();
  }

  /** The signals defined so far, in the order of their indexes; a copy. */
  public List<Signal> signals() {
    return List.copyOf(signals);
  }
}
