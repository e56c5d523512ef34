package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.Spelling;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.TroubleCodeLists;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a route makes events of. */
public final class TriggerSettings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MOST_TRIGGERS = 64;

  private final boolean troubleCodes;
  private final boolean states;
  private final List<TriggerRule> rules;

  private TriggerSettings(boolean troubleCodes, boolean states, List<TriggerRule> rules) {
    this.troubleCodes = troubleCodes;
    this.states = states;
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads {@code trouble_codes}, {@code states} and {@code triggers} of {@code events} of a route; other keys, and the
   * refusal of unknown ones, are left to the caller.
   */
  public static TriggerSettings from(Node events) {
    boolean troubleCodes = events.at("trouble_codes").flag(true);
    boolean states = events.at("states").flag(true);
    Node list = events.at("triggers");
    List<TriggerRule> rules = new ArrayList<>();
    Map<String, Node> names = new HashMap<>();
    for (Node item : list.items()) {
      if (item.isMapping()) {
        TriggerRule rule = rule(item);
        rules.add(rule);
        Node name = item.at("name");
        Node before = names.putIfAbsent(rule.name(), name);
        if (before != null && !rule.name().isEmpty()) {
          name.fault("two with the name '" + rule.name() + "'; the first is at " + before.where());
        }
      } else {
        item.fault("want a trigger such as {name: fast, when: \"Vehicle.Speed > 120\"}");
      }
    }
    if (rules.size() > MOST_TRIGGERS) {
      list.fault("want at most " + MOST_TRIGGERS + ", got " + rules.size());
    }
    return new TriggerSettings(troubleCodes, states, rules);
  }

  private static TriggerRule rule(Node item) {
    Node when = item.at("when");
    Node until = item.at("until");
    Node held = item.at("for");
    Set<String> asked = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    boolean isMoment = read(when, asked).map(Expression.Result::asksForChange).orElse(false);
    if (until.isPresent()) {
      read(until, others);
    }
    others.removeAll(asked);
    TriggerRule rule = new TriggerRule(
        when.where(),
        item.path(),
        item.at("name").text(NAME, "1 to 64 of A-Z a-z 0-9 _ -"),
        when.text(""),
        until.optionalText(),
        held.durationNs("0s", "10m", "0s"),
        item.at("before").durationNs("0s", "10m", "0s"),
        item.at("after").durationNs("0s", "10m", "0s"),
        item.at("quiet").durationNs("0s", "1d", "10s"),
        patterns(item.at("signals")),
        List.copyOf(asked),
        List.copyOf(others));
    if (isMoment && rule.forNs() > 0) {
      held.fault("a change holds for a moment only; want no 'for' beside changed()");
    }
    item.refuseUnknownKeys();
    return rule;
  }

  private static Optional<Expression.Result> read(Node text, Set<String> paths) {
    Optional<Expression.Result> result =
        text.parsed(expression -> Expression.read(expression, path -> {
          paths.add(path);
          return new Slot(path);
        }));
    if (result.isPresent() && paths.isEmpty()) {
      text.fault("want at least one signal, got '" + text.text() + "'");
    }
    return result;
  }

  private static List<PathPattern> patterns(Node list) {
    List<PathPattern> patterns = new ArrayList<>();
    for (Node item : list.items()) {
      String text = item.text();
      Optional<String> flaw = PathPattern.flaw(text);
      if (flaw.isEmpty()) {
        patterns.add(PathPattern.of(text));
      } else if (!item.isList() && !item.isMapping()) {
        item.fault(flaw.get());
      }
    }
    if (list.isList() && list.items().isEmpty()) {
      list.fault("want at least one pattern; leave the key out for the signals of 'when'");
    }
    return patterns;
  }

  /** Whether lists of trouble codes are watched. */
  boolean troubleCodes() {
    return troubleCodes;
  }

  /** Whether the states of sources and routes are watched. */
  boolean states() {
    return states;
  }

  /** The triggers in their order. */
  List<TriggerRule> rules() {
    return rules;
  }

  /** Whether a sample of a signal of that name can go with an event. */
  public boolean lets(String path) {
    return (troubleCodes && TroubleCodeLists.isOne(path))
        || rules.stream().anyMatch(rule -> rule.takes(path));
  }

  /** What makes events, in lines for a person. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (troubleCodes) {
      lines.add("trouble_codes: when a list of trouble codes changes");
    }
    if (states) {
      lines.add("states: when a source or route becomes degraded, or well again");
    }
    rules.forEach(rule -> lines.add("trigger " + rule));
    return lines;
  }

  /**
   * What is odd of the triggers for these signals: a path that none has, a pattern that none matches. Signals that come
   * later may change it.
   *
   * @param mayCome whether a path or pattern may be one of those
   */
  public List<Fault> unmatched(List<Signal> signals, Predicate<String> mayCome) {
    Set<String> known =
        signals.stream().map(Signal::path).collect(Collectors.toCollection(LinkedHashSet::new));
    Spelling spelling = new Spelling(known);
    List<Fault> found = new ArrayList<>();
    for (TriggerRule rule : rules) {
      Stream.concat(rule.asked().stream(), rule.others().stream())
          .filter(path -> !known.contains(path) && !mayCome.test(path))
          .forEach(path -> found.add(new Fault(
              rule.where(),
              rule.key() + ": no such signal: '" + path + "'"
                  + spelling
                      .nearest(path)
                      .map(near -> "; did you mean '" + near + "'?")
                      .orElse(""))));
      rule.signals().stream()
          .filter(pattern ->
              known.stream().noneMatch(pattern::matches) && !mayCome.test(pattern.toString()))
          .forEach(pattern -> found.add(
              new Fault(rule.where(), rule.key() + ": no signal matches '" + pattern + "'")));
    }
    return found;
  }
}
