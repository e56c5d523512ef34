package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.PathPattern;
import java.util.List;
import java.util.Optional;

/**
 * One trigger of a route.
 *
 * @param where place of {@code when} in the configuration, {@code file:line:column}
 * @param key path of the trigger in the configuration
 * @param name names it in its events
 * @param when what it waits for
 * @param until what arms it again; none: that {@code when} no longer holds
 * @param forNs how long it must hold, nanoseconds
 * @param beforeNs how much before it goes with the event, nanoseconds
 * @param afterNs how much after it, nanoseconds
 * @param quietNs the least time between two of its events, nanoseconds
 * @param signals whose samples go with the event; none: those of {@code when}
 * @param asked the signals of {@code when}, in their order
 * @param others the signals that only {@code until} has
 */
record TriggerRule(
    String where,
    String key,
    String name,
    String when,
    Optional<String> until,
    long forNs,
    long beforeNs,
    long afterNs,
    long quietNs,
    List<PathPattern> signals,
    List<String> asked,
    List<String> others) {
  /** Copies the lists. */
  TriggerRule {
    signals = List.copyOf(signals);
    asked = List.copyOf(asked);
    others = List.copyOf(others);
  }

  /** Whether samples of a signal of that name go with its events. */
  boolean takes(String path) {
    return signals.isEmpty()
        ? asked.contains(path)
        : signals.stream().anyMatch(pattern -> pattern.matches(path));
  }

  /** Whether its conditions ask for the signal of that name. */
  boolean asks(String path) {
    return asked.contains(path) || others.contains(path);
  }

  @Override
  public String toString() {
    return name + ": when " + when + until.map(text -> ", until " + text).orElse("");
  }
}
