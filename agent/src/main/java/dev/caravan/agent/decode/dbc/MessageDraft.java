package dev.caravan.agent.decode.dbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A message while its file is read. */
final class MessageDraft {
  final Token at;
  final long dbcId;
  final int id;
  final boolean extended;
  final int lengthBytes;
  String name;
  final List<String> senders = new ArrayList<>();
  final List<SignalDraft> signals = new ArrayList<>();
  final Map<String, String> attributes = new HashMap<>();
  String comment = "";

  private final Map<String, SignalDraft> byName = new HashMap<>();

  MessageDraft(Token at, long dbcId, int id, boolean extended, String name, int lengthBytes) {
    this.at = at;
    this.dbcId = dbcId;
    this.id = id;
    this.extended = extended;
    this.name = name;
    this.lengthBytes = lengthBytes;
  }

  void add(SignalDraft signal) {
    signals.add(signal);
    byName.putIfAbsent(signal.shortName, signal);
  }

  /** The signal of a name, not the long one. */
  @Nullable
  SignalDraft signal(String shortName) {
    return byName.get(shortName);
  }

  /**
   * Decides what hangs on which multiplexor. {@code SG_MUL_VAL_} has spoken already; all other {@code m} signals hang on
   * the one {@code M} signal. A signal whose multiplexor is missing is always there; a circle of them never would be, so
   * it is cut.
   */
  void joinBranches(Notes notes) {
    List<SignalDraft> roots = signals.stream()
        .filter(signal -> signal.multiplexor && signal.branchValue.isEmpty())
        .toList();
    for (SignalDraft signal : signals) {
      if (signal.parent == null && signal.branchValue.isPresent()) {
        if (roots.isEmpty()) {
          notes.warn(
              signal.at, "signal " + signal.name + " has no multiplexor: taken as always there");
        } else {
          if (roots.size() > 1) {
            notes.warn(
                signal.at,
                "message " + name + " has " + roots.size() + " multiplexors: signal " + signal.name
                    + " taken as hanging on " + roots.get(0).name);
          }
          long value = signal.branchValue.getAsLong();
          signal.parent = roots.get(0);
          signal.ranges.add(new DbcBranch.Range(value, value));
        }
      }
    }
    for (SignalDraft signal : signals) {
      Set<SignalDraft> seen = new HashSet<>();
      for (SignalDraft up = signal; up != null; up = up.parent) {
        if (!seen.add(up)) {
          notes.warn(up.at, "signal " + up.name + " hangs on itself: taken as always there");
          up.parent = null;
          up.ranges.clear();
          break;
        }
        SignalDraft parent = up.parent;
        if (parent != null) {
          parent.multiplexor = true;
        }
      }
    }
  }

  /** Gives the second signal of one name another one. */
  void separateNames(Notes notes) {
    Map<String, SignalDraft> taken = new LinkedHashMap<>();
    for (SignalDraft signal : signals) {
      String wanted = signal.name;
      for (int copy = 2; taken.containsKey(signal.name); copy++) {
        signal.name = wanted + "#" + copy;
      }
      taken.put(signal.name, signal);
      if (!signal.name.equals(wanted)) {
        notes.warn(
            signal.at,
            "message " + name + " has two signals " + wanted + ": this one is called "
                + signal.name);
      }
    }
  }
}
