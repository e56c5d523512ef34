package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Key;
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

  private static final Key<String> TRIGGER_NAME = Key.text(
          "name", NAME, "1 to 64 of A-Z a-z 0-9 _ -")
      .required()
      .range("1..64 of `A-Z a-z 0-9 _ -`, each name once in a route")
      .says("names it in its events");
  private static final Key<String> TRIGGER_WHEN = Key.text("when")
      .required()
      .range("at most 4096 characters, 64 levels")
      .says("condition that it waits for");
  private static final Key<String> TRIGGER_UNTIL = Key.text("until")
      .absent("that `when` no longer holds")
      .range("as `when`")
      .says("condition that arms it again");
  private static final Key<Long> TRIGGER_FOR = Key.duration("for", "0s", "10m")
      .or("0s")
      .says("how long `when` must hold; not beside `changed`");
  private static final Key<Long> TRIGGER_BEFORE = Key.duration("before", "0s", "10m")
      .or("0s")
      .says("how much before it goes with the event; with `0s` only the newest values of the "
          + "signals of `when`. At most the newest 131072 samples, and of texts and blocks 4 "
          + "MiB, are kept for it, and events that are collected at the same time share half of "
          + "what `after` names: if that is less, the event says so");
  private static final Key<Long> TRIGGER_AFTER = Key.duration("after", "0s", "10m")
      .or("0s")
      .says("how much after it goes with the event, which then leaves; meanwhile it does not "
          + "fire again. At most 262144 samples in all, and 4 MiB of texts and blocks (48 bytes "
          + "more for each), shared by all triggers of the route that collect at the same time");
  private static final Key<Node> TRIGGER_SIGNALS = Key.list("signals", Key.text("pattern"))
      .absent("the signals of `when`")
      .says("list of patterns, as of `shape`: whose samples go with the event, before any `shape`");
  private static final Key<Long> TRIGGER_QUIET = Key.duration("quiet", "0s", "1d")
      .or("10s")
      .says("least time between two of its events; what still holds then fires then");

  /** The keys of a trigger. */
  public static final List<Key<?>> TRIGGER_KEYS = List.of(
      TRIGGER_NAME,
      TRIGGER_WHEN,
      TRIGGER_UNTIL,
      TRIGGER_FOR,
      TRIGGER_BEFORE,
      TRIGGER_AFTER,
      TRIGGER_SIGNALS,
      TRIGGER_QUIET);

  private static final Key<Boolean> TROUBLE_CODES = Key.flag("trouble_codes", true)
      .says("tell when a list of trouble codes changes, which came and which went; those of the "
          + "first list after a start have come. How often a code occurred is no change; one "
          + "list is told at most every 10 s");
  private static final Key<Boolean> STATES = Key.flag("states", true)
      .says("tell when a source or route becomes degraded, or well again, and why; each at most "
          + "once a minute");
  /** A list of mappings of {@link #TRIGGER_KEYS}. */
  public static final Key<Node> TRIGGERS = Key.list("triggers")
      .range("at most " + MOST_TRIGGERS)
      .says("list of conditions that are told when they come to hold, see below");

  /** The keys of {@code events} but for those of its queue. */
  public static final List<Key<?>> KEYS = List.of(TROUBLE_CODES, STATES, TRIGGERS);

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
    boolean troubleCodes = events.get(TROUBLE_CODES);
    boolean states = events.get(STATES);
    Node list = events.at(TRIGGERS);
    List<TriggerRule> rules = new ArrayList<>();
    Map<String, Node> names = new HashMap<>();
    for (Node item : list.items()) {
      if (item.isMapping()) {
        TriggerRule rule = rule(item);
        rules.add(rule);
        Node name = item.at(TRIGGER_NAME);
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
    Node when = item.at(TRIGGER_WHEN);
    Node until = item.at(TRIGGER_UNTIL);
    Node held = item.at(TRIGGER_FOR);
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
        item.get(TRIGGER_NAME),
        when.text(""),
        item.find(TRIGGER_UNTIL),
        item.get(TRIGGER_FOR),
        item.get(TRIGGER_BEFORE),
        item.get(TRIGGER_AFTER),
        item.get(TRIGGER_QUIET),
        patterns(item.at(TRIGGER_SIGNALS)),
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
