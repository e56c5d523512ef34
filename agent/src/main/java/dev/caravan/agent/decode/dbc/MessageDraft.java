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

  /** Whether this is no message but the place of signals that belong to none. */
  final boolean holdsUnused;

  String name;
  final List<String> senders = new ArrayList<>();
  final List<SignalDraft> signals = new ArrayList<>();
  final Map<String, String> attributes = new HashMap<>();
  String comment = "";

  private final Map<String, List<SignalDraft>> byName = new HashMap<>();

  MessageDraft(Token at, long dbcId, int id, boolean extended, String name, int lengthBytes) {
    this.at = at;
    this.dbcId = dbcId;
    this.id = id;
    this.extended = extended;
    this.name = name;
    this.lengthBytes = lengthBytes;
    this.holdsUnused = false;
  }

  private MessageDraft(Token at) {
    this.at = at;
    this.dbcId = 0;
    this.id = 0;
    this.extended = false;
    this.name = "";
    this.lengthBytes = 0;
    this.holdsUnused = true;
  }

  /** Where the signals go that belong to no message; never among the messages of a file. */
  static MessageDraft ofUnused(Token at) {
    return new MessageDraft(at);
  }

  void add(SignalDraft signal) {
    signals.add(signal);
    byName.computeIfAbsent(signal.shortName, any -> new ArrayList<>(1)).add(signal);
  }

  /** Forgets what was made into a message: both at once may be more than the memory holds. */
  void letGo() {
    signals.clear();
    byName.clear();
  }

  /** The first signal of a name, not the long one. */
  @Nullable
  SignalDraft signal(String shortName) {
    List<SignalDraft> named = byName.get(shortName);
    return named == null ? null : named.get(0);
  }

  /** The signals of a name, not the long one; more than one only in a file that is not right. */
  List<SignalDraft> signals(String shortName) {
    return byName.getOrDefault(shortName, List.of());
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
    boolean isTold = false;
    for (SignalDraft signal : signals) {
      if (signal.parent == null && signal.branchValue.isPresent()) {
        if (roots.isEmpty()) {
          notes.warn(
              signal.at, "signal " + signal.name + " has no multiplexor: taken as always there");
        } else {
          if (roots.size() > 1 && !isTold) {
            isTold = true;
            notes.warn(
                signal.at,
                "message " + name + " has " + roots.size()
                    + " multiplexors: those signals of which no SG_MUL_VAL_ speaks, " + signal.name
                    + " the first, taken as hanging on " + roots.get(0).name);
          }
          long value = signal.branchValue.getAsLong();
          signal.parent = roots.get(0);
          signal.ranges.add(new DbcBranch.Range(value, value));
        }
      }
      tellUnreachable(signal, notes);
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

  private static void tellUnreachable(SignalDraft signal, Notes notes) {
    SignalDraft decides = signal.parent;
    if (decides == null || decides.lengthBits >= Long.SIZE) {
      return;
    }
    long highest = (1L << decides.lengthBits) - 1;
    if (signal.ranges.stream()
        .noneMatch(range -> Long.compareUnsigned(range.first(), highest) <= 0)) {
      notes.warn(
          signal.at,
          "signal " + signal.name + " is there when " + decides.name + " is "
              + Long.toUnsignedString(signal.ranges.get(0).first()) + ", which its "
              + decides.lengthBits + " bits cannot be: never decoded");
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
