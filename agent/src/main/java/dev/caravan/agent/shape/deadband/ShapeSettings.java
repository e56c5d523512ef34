package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Key;
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
  private static final Key<String> MATCH = Key.text("match")
      .required()
      .range("words, `*` and `**` between dots")
      .says("path of a signal, by its VSS name where it has one, else `source.message.signal`; "
          + "`*` is one level, `**` any number of levels, none included; upper and lower case "
          + "differ");
  private static final Key<Long> PERIOD = Key.duration("period", "1ms", "7d")
      .absent("no limit")
      .says("at most one sample in this time on average, in an even phase; one may come up to a "
          + "quarter of the period early, so that jitter does not halve the rate, and two are "
          + "never nearer than half a period");
  private static final Key<Boolean> ON_CHANGE = Key.flag("on_change", false)
      .absent("`false`, `true` with a deadband")
      .says("send only if the value differs from the one sent last; together with `period`: "
          + "changed, and the period is over");
  private static final Key<Double> DEADBAND = Key.number("deadband", 0, 1e300)
      .unit("unit of the signal")
      .or(0)
      .says("like `on_change`, for differences of more than this; text and bytes: any difference");
  private static final Key<Double> DEADBAND_PERCENT = Key.number("deadband_percent", 0, 1000)
      .unit("%")
      .or(0)
      .says("like `deadband`, as a part of the value sent last; with both, the wider counts");
  private static final Key<Long> MAX_SILENCE = Key.duration("max_silence", "1ms", "7d")
      .limit("not below `period`")
      .absent("never")
      .says("with `on_change` or a deadband: after this time the next sample is sent though "
          + "unchanged");
  private static final Key<Boolean> DROP = Key.flag("drop", false)
      .says("never send these signals; the only key of its rule beside `match`");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(MATCH, PERIOD, ON_CHANGE, DEADBAND, DEADBAND_PERCENT, MAX_SILENCE, DROP);

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
    Node match = item.at(MATCH);
    Node deadband = item.at(DEADBAND);
    Node percent = item.at(DEADBAND_PERCENT);
    Node onChange = item.at(ON_CHANGE);
    Node period = item.at(PERIOD);
    Node maxSilence = item.at(MAX_SILENCE);
    Node drop = item.at(DROP);
    boolean hasDeadband = deadband.isPresent() || percent.isPresent();
    Rule rule = new Rule(
        match.where(),
        match.path(),
        pattern(match),
        item.get(DROP),
        item.find(PERIOD).orElse(0L),
        item.get(ON_CHANGE) || hasDeadband,
        item.get(DEADBAND),
        item.get(DEADBAND_PERCENT) / 100,
        item.find(MAX_SILENCE).orElse(0L));
    if (hasDeadband && onChange.isPresent() && !item.get(ON_CHANGE)) {
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

  /** Whether every sample of every signal passes, so that there is nothing to shape. */
  public boolean letsAll() {
    Optional<Rule> first = rules.stream().findFirst();
    return first
        .filter(rule -> rule.match().toString().equals(EVERYTHING.toString()))
        .filter(rule -> rule.asksNothing() && !rule.drop())
        .isPresent();
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
