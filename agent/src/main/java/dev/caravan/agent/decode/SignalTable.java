package dev.caravan.agent.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All signals of one configuration. Decoders define theirs here, at start-up or, where a signal is not known before it
 * is seen, later; the pipeline's thread does both.
 */
public final class SignalTable {
  private final Naming naming;
  private final List<Signal> signals = new ArrayList<>();
  private final Map<String, Signal> byPath = new HashMap<>();

  /** An empty table whose signals get their names from {@code naming}. */
  public SignalTable(Naming naming) {
    this.naming = naming;
  }

  /**
   * The signal for what a decoder knows; the same one when it is defined again under the same path with the same
   * meaning. A path already taken with another meaning gets {@code #2}, {@code #3} … behind it.
   */
  public Signal define(SignalSpec decoded) {
    SignalSpec named = naming.named(decoded);
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
    Signal signal = new Signal(spec, signals.size());
    signals.add(signal);
    byPath.put(spec.path(), signal);
    return signal;
  }

  /** The signals defined so far, in the order of their indexes; a copy. */
  public List<Signal> signals() {
    return List.copyOf(signals);
  }
}
