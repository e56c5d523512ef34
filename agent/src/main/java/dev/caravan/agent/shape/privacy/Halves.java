package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.decode.Signal;
import java.util.List;
import java.util.Optional;

/**
 * How a signal belongs to a position, by the rules that match it.
 *
 * @param rules all that do
 */
record Halves(List<PositionRule> rules) {
  /** Of a signal of that name. */
  static Halves of(List<PositionRule> all, String path) {
    return new Halves(all.stream().filter(rule -> rule.isFor(path)).toList());
  }

  boolean isLatitude(Signal signal) {
    return rules.stream().anyMatch(rule -> rule.latitude().matches(signal.path()));
  }

  boolean isLongitude(Signal signal) {
    return rules.stream().anyMatch(rule -> rule.longitude().matches(signal.path()));
  }

  /** Whether by the rules it is both halves, and so cannot be judged. */
  boolean isBoth(Signal signal) {
    return isLatitude(signal) && isLongitude(signal);
  }

  /** Whether nothing can be said of it without the other half. */
  boolean needsBoth(Signal signal) {
    boolean isLongitude = isLongitude(signal);
    return rules.stream().anyMatch(rule -> rule.needsBoth(isLongitude));
  }

  /**
   * The other half: the only one beside it, of those with the same path up to the last dot where there are several.
   *
   * @param together all signals of its group
   */
  Optional<Signal> other(Signal signal, List<Signal> together) {
    boolean isLatitude = isLatitude(signal);
    List<Signal> own = halves(together, isLatitude);
    List<Signal> others = halves(together, !isLatitude);
    if (own.size() > 1 || others.size() > 1) {
      own = own.stream().filter(each -> stem(each).equals(stem(signal))).toList();
      others = others.stream().filter(each -> stem(each).equals(stem(signal))).toList();
    }
    return own.size() == 1 && others.size() == 1 ? Optional.of(others.get(0)) : Optional.empty();
  }

  private List<Signal> halves(List<Signal> together, boolean ofLatitude) {
    return together.stream()
        .filter(each -> ofLatitude ? isLatitude(each) : isLongitude(each))
        .toList();
  }

  private static String stem(Signal signal) {
    return signal.path().substring(0, Math.max(0, signal.path().lastIndexOf('.')));
  }
}
