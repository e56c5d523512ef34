package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.Spelling;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The list {@code shape} of a route: rules, of which the first that matches a signal counts. */
public final class ShapeSettings {
  private static final PathPattern EVERYTHING = PathPattern.of("**");

  /** Each is held against every signal. */
  private static final int MOST_RULES = 1000;

  private final List<Rule> rules;

  private ShapeSettings(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Reads the list; where it is absent, every sample of every signal is sent. */
  public static ShapeSettings from(Node list) {
    List<Rule> rules = new ArrayList<>();
    List<Node> items = list.items();
    if (items.size() > MOST_RULES) {
      list.fault("want at most " + MOST_RULES + " rules, got " + items.size());
      items = items.subList(0, MOST_RULES);
    }
    for (Node item : items) {
      if (item.isMapping()) {
        rules.add(rule(item));
      } else {
        item.fault("want a rule such as {match: \"Vehicle.**\", period: 100ms}");
      }
    }
    if (!list.isPresent()) {
      rules.add(new Rule(list.where(), list.path(), EVERYTHING, false, 0, false, 0, 0, 0));
    } else if (list.isList() && list.items().isEmpty()) {
      list.fault("want at least one rule; leave the key out to send every sample");
    }
    return new ShapeSettings(rules);
  }

  private static Rule rule(Node item) {
    Node match = item.at("match");
    Node deadband = item.at("deadband");
    Node percent = item.at("deadband_percent");
    Node onChange = item.at("on_change");
    Node period = item.at("period");
    Node maxSilence = item.at("max_silence");
    Node drop = item.at("drop");
    boolean hasDeadband = deadband.isPresent() || percent.isPresent();
    Rule rule = new Rule(
        match.where(),
        match.path(),
        pattern(match),
        drop.flag(false),
        period.durationNs("1ms", "7d", "0"),
        onChange.flag(false) || hasDeadband,
        deadband.number(0, 1e300, 0),
        percent.number(0, 1000, 0) / 100,
        maxSilence.durationNs("1ms", "7d", "0"));
    if (hasDeadband && onChange.isPresent() && !onChange.flag(true)) {
      onChange.fault("false, but a deadband sends on change only; remove one of them");
    }
    if (rule.maxSilenceNs() > 0 && rule.maxSilenceNs() < rule.periodNs()) {
      maxSilence.fault("want no less than the period");
    } else if (rule.maxSilenceNs() > 0 && !rule.onChange()) {
      maxSilence.warn("has no effect without on_change or a deadband");
    }
    if (rule.drop()
        && (period.isPresent() || maxSilence.isPresent() || hasDeadband || onChange.isPresent())) {
      drop.fault("true, so nothing is sent; remove the other keys of the rule");
    }
    item.refuseUnknownKeys();
    return rule;
  }

  private static PathPattern pattern(Node match) {
    String text = match.text();
    Optional<String> flaw = PathPattern.flaw(text);
    if (flaw.isPresent() && match.isPresent() && !match.isList() && !match.isMapping()) {
      match.fault(flaw.get());
    }
    return flaw.isEmpty() ? PathPattern.of(text) : EVERYTHING;
  }

  /** The rules in their order. */
  List<Rule> rules() {
    return rules;
  }

  private static String meant(Rule rule, Spelling known) {
    return known
        .nearest(rule.match().toString())
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("");
  }

  /** Whether it lets pass what another lets pass, at the same times. */
  public boolean sendsAs(ShapeSettings other) {
    return rules.stream()
        .map(Rule::unplaced)
        .toList()
        .equals(other.rules.stream().map(Rule::unplaced).toList());
  }

  /** Whether any sample of a signal of that name can pass. */
  public boolean lets(String path) {
    return ruleFor(path).map(rule -> !rule.drop()).orElse(false);
  }

  /** Whether any sample of a signal that such a pattern, of words and {@code *}, covers may pass. */
  public boolean mayLet(PathPattern signals) {
    for (Rule rule : rules) {
      if (!rule.drop() && rule.match().meets(signals)) {
        return true;
      }
      // a star of the pattern is a word to the rule
      if (rule.match().matches(signals.toString())) {
        return false;
      }
    }
    return false;
  }

  /** The first rule that matches, if there is one. */
  Optional<Rule> ruleFor(String path) {
    for (Rule rule : rules) {
      if (rule.match().matches(path)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /**
   * The rules that are of no use for these signals, because none matches or an earlier rule takes each: place and path
   * in the configuration, and which of the two it is.
   *
   * @param mayCome whether a pattern may match what is not known yet
   */
  public List<Fault> unmatchedRules(List<Signal> signals, Predicate<String> mayCome) {
    List<Fault> unmatched = new ArrayList<>();
    Spelling known = new Spelling(signals.stream().map(Signal::path).toList());
    for (Rule rule : rules) {
      boolean matches = false;
      boolean counts = false;
      for (Signal signal : signals) {
        if (rule.match().matches(signal.path())) {
          matches = true;
          counts |= ruleFor(signal.path()).orElseThrow().equals(rule);
        }
      }
      if (!counts && (matches || !mayCome.test(rule.match().toString()))) {
        unmatched.add(new Fault(
            rule.where(),
            rule.key()
                + (matches
                    ? ": an earlier rule takes every signal that matches '"
                    : ": no signal matches '")
                + rule.match()
                + "'"
                + (matches ? "" : meant(rule, known))));
      }
    }
    return unmatched;
  }
}
