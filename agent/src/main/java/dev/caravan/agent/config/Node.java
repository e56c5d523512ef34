package dev.caravan.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a configuration tree. It knows its path, its file, line and column, and gives typed values.
 *
 * <p>Whatever is wrong is added to the {@link Faults} of the tree, and the getter answers with its default or a
 * placeholder, so that one reading finds all faults; call {@link Faults#throwIfAny()} before using what was read. Keys
 * that nobody asked for are refused by {@link #refuseUnknownKeys()}, which whoever has read all keys of a mapping calls.
 *
 * <p>An absent key gives a node too, one that {@link #isPresent()} says is not there. One thread, at start-up.
 */
public final class Node {
  /** What the YAML said, with its place. */
  sealed interface Value {
    /** Line and column, from 1. */
    Place place();
  }

  record Place(int line, int column) {}

  /** {@code variable}: the text is one environment variable and nothing else. */
  record Scalar(String text, boolean quoted, boolean variable, Place place) implements Value {}

  record Sequence(List<Value> items, Place place) implements Value {}

  record Mapping(Map<String, Value> entries, Map<String, Place> keys, Place place)
      implements Value {}

  /** Without the suffixes and names that Java has beside it. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private static final Pattern HEX = Pattern.compile("0x[0-9A-Fa-f]+");

  private final Path file;
  private final String path;
  private final @Nullable Value value;
  private final Place place;
  private final Faults faults;
  private final Set<String> asked = new HashSet<>();

  // once it was said that this is no mapping
  private boolean blamed;

  Node(Path file, String path, @Nullable Value value, Place place, Faults faults) {
    this.file = file;
    this.path = path;
    this.value = value;
    this.place = place;
    this.faults = faults;
  }

  /** A place where nothing stands, so that all keys have their defaults. */
  public static Node absent() {
    return new Node(Path.of(""), "", null, new Place(0, 0), new Faults());
  }

  /** Where faults of this tree are collected. */
  public Faults faults() {
    return faults;
  }

  /** The path of keys that leads here, {@code sources[0].baud}. */
  public String path() {
    return path;
  }

  /** {@code file:line:column}. */
  public String where() {
    return file + ":" + place.line + ":" + place.column;
  }

  /** Whether the key is there, with something behind it. */
  public boolean isPresent() {
    return value != null;
  }

  /** Whether this is a list. */
  public boolean isList() {
    return value instanceof Sequence;
  }

  /** Whether this is a mapping of keys to values. */
  public boolean isMapping() {
    return value instanceof Mapping;
  }

  /** Whether the value is one environment variable without a default, {@code ${NAME}}, so that the file does not tell it. */
  public boolean isEnvironmentVariable() {
    return value instanceof Scalar scalar && scalar.variable;
  }

  /** Adds a fault at this place: the path of the key, then what was wanted and found. */
  public void fault(String what) {
    faults.add(where(), (path.isEmpty() ? "" : path + ": ") + what);
  }

  /** Adds a warning at this place. */
  public void warn(String what) {
    faults.warn(where(), (path.isEmpty() ? "" : path + ": ") + what);
  }

  /** The node behind a key of this mapping. */
  public Node at(String key) {
    asked.add(key);
    if (value instanceof Mapping mapping) {
      Value found = mapping.entries.get(key);
      Place there = found == null ? place : found.place();
      return new Node(file, below(key), found, there, faults);
    }
    blameIfPresent();
    return new Node(file, below(key), null, place, faults);
  }

  /** The node behind a declared key of this mapping. */
  public Node at(Key<?> key) {
    return at(key.name);
  }

  /** What stands behind a declared key, or what holds without it; a fault where it must be there and is not. */
  public <T> T get(Key<T> key) {
    return key.read(at(key));
  }

  /** What stands behind a declared key, if it is there. */
  public <T> Optional<T> find(Key<T> key) {
    Node found = at(key);
    return found.isPresent() ? Optional.of(key.read(found)) : Optional.empty();
  }

  /** Whether a word stands behind a declared key in the place of its usual form, or holds without it. */
  public boolean says(Key<?> key, String word) {
    Node found = at(key);
    return found.isPresent()
        ? found.value instanceof Scalar scalar && scalar.text.equals(word)
        : word.equals(key.otherwise);
  }

  private void blameIfPresent() {
    if (value != null && !blamed) {
      blamed = true;
      wrongType("a mapping of keys to values");
    }
  }

  private String below(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /**
   * This mapping with a text for each key that it lacks; one of nothing but these where it is absent. What is no mapping
   * stays as it is.
   */
  public Node orElse(Map<Key<?>, String> texts) {
    if (value != null && !(value instanceof Mapping)) {
      return this;
    }
    Map<String, Value> all = new LinkedHashMap<>();
    texts.forEach((key, text) -> all.put(key.name, new Scalar(text, true, false, place)));
    Map<String, Place> keys = Map.of();
    if (value instanceof Mapping mapping) {
      all.putAll(mapping.entries);
      keys = mapping.keys;
    }
    return new Node(file, path, new Mapping(all, keys, place), place, faults);
  }

  /** This mapping with another text behind a key that it has. */
  public Node with(Key<?> key, String text) {
    if (!(value instanceof Mapping mapping)) {
      return this;
    }
    Map<String, Value> all = new LinkedHashMap<>(mapping.entries);
    all.computeIfPresent(key.name, (any, old) -> new Scalar(text, true, false, old.place()));
    return new Node(file, path, new Mapping(all, mapping.keys, place), place, faults);
  }

  /** The keys of this mapping, in the order of the file. */
  public List<String> keys() {
    if (value instanceof Mapping mapping) {
      return List.copyOf(mapping.entries.keySet());
    }
    blameIfPresent();
    return List.of();
  }

  /** The items of this list, or this alone; none if it is absent. A list that is written has at least one. */
  public List<Node> oneOrMore() {
    if (isList() && items().isEmpty()) {
      fault("want at least one, or the key left out");
    }
    return isList() ? items() : isPresent() ? List.of(this) : List.of();
  }

  /** The items of this list; none if it is absent. */
  public List<Node> items() {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Sequence sequence)) {
      wrongType("a list");
      return List.of();
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < sequence.items.size(); i++) {
      Value item = sequence.items.get(i);
      nodes.add(new Node(file, path + "[" + i + "]", item, item.place(), faults));
    }
    return nodes;
  }

  /** Refuses every key of this mapping that was never asked for, with the nearest known one as a hint; see {@link Faults#knownKeys}. */
  public void refuseUnknownKeys() {
    faults.addKnownKeys(file, path, asked);
    if (!(value instanceof Mapping mapping)) {
      return;
    }
    for (Map.Entry<String, Place> entry : mapping.keys.entrySet()) {
      String key = entry.getKey();
      if (!asked.contains(key)) {
        Place there = entry.getValue();
        String hint = Spelling.nearest(key, asked)
            .map(near -> "; did you mean '" + near + "'?")
            .orElse("; known here: " + String.join(", ", asked.stream().sorted().toList()));
        faults.add(
            file + ":" + there.line + ":" + there.column, below(key) + ": unknown key" + hint);
      }
    }
  }

  // scalars

  /** The text; a fault and an empty string if it is absent. */
  public String text() {
    if (value == null) {
      fault("missing");
      return "";
    }
    if (!(value instanceof Scalar scalar)) {
      wrongType("a text");
      return "";
    }
    return scalar.text;
  }

  /** The text, or what to take when it is absent. */
  public String text(String otherwise) {
    return value == null ? otherwise : text();
  }

  /** The text, if it is there. */
  public Optional<String> optionalText() {
    return value == null ? Optional.empty() : Optional.of(text());
  }

  /** A text that must match as a whole; {@code wanted} says in words what is wanted. */
  public String text(Pattern pattern, String wanted) {
    String found = text();
    if (value instanceof Scalar && !pattern.matcher(found).matches()) {
      fault("want " + wanted + ", got '" + found + "'");
    }
    return found;
  }

  /** One of some words; the first of them if what is there is none. */
  public String oneOf(List<String> words) {
    String found = text();
    if (words.contains(found)) {
      return found;
    }
    if (value instanceof Scalar) {
      String hint = Optional.of(found)
          .filter(word -> word.length() > 2)
          .flatMap(word -> Spelling.nearest(word, words))
          .map(near -> "; did you mean '" + near + "'?")
          .orElse("");
      fault("want one of " + String.join(", ", words) + ", got '" + found + "'" + hint);
    }
    return words.get(0);
  }

  /** One of some words, or what to take when it is absent. */
  public String oneOf(List<String> words, String otherwise) {
    return value == null ? otherwise : oneOf(words);
  }

  /** {@code true} or {@code false}, or what to take when it is absent. */
  public boolean flag(boolean otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Scalar scalar && !scalar.quoted) {
      if (scalar.text.equals("true")) {
        return true;
      }
      if (scalar.text.equals("false")) {
        return false;
      }
    }
    wrongType("true or false");
    return otherwise;
  }

  /** A whole number in a range, decimal or {@code 0x} hex; a fault and the lowest if it is absent. */
  public long whole(long lowest, long highest) {
    if (value == null) {
      fault("missing; want " + range(lowest, highest));
      return lowest;
    }
    try {
      if (value instanceof Scalar scalar) {
        String digits = scalar.text.replace("_", "");
        long number = HEX.matcher(digits).matches()
            ? Long.parseLong(digits, 2, digits.length(), 16)
            : Long.parseLong(digits);
        if (number < lowest || number > highest) {
          fault("want " + range(lowest, highest) + ", got " + scalar.text);
          return lowest;
        }
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for every other wrong type
    }
    wrongType("a whole number, " + range(lowest, highest));
    return lowest;
  }

  private static String range(long lowest, long highest) {
    return lowest == highest ? String.valueOf(lowest) : lowest + ".." + highest;
  }

  /** A whole number in a range, or what to take when it is absent. */
  public long whole(long lowest, long highest, long otherwise) {
    return value == null ? otherwise : whole(lowest, highest);
  }

  /** A number in a range; a fault and the lowest if it is absent. */
  public double number(double lowest, double highest) {
    if (value == null) {
      fault("missing; want a number, " + range(lowest, highest));
      return lowest;
    }
    try {
      if (value instanceof Scalar scalar && NUMBER.matcher(scalar.text).matches()) {
        double number = Double.parseDouble(scalar.text);
        if (!(number >= lowest && number <= highest)) {
          fault("want " + range(lowest, highest) + ", got " + scalar.text);
          return lowest;
        }
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for every other wrong type
    }
    wrongType("a number, " + range(lowest, highest));
    return lowest;
  }

  /** As one writes it: {@code 0..1e300}. */
  private static String range(double lowest, double highest) {
    return shown(lowest) + ".." + shown(highest);
  }

  static String shown(double number) {
    return Double.toString(number).replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
  }

  /** A number in a range, or what to take when it is absent. */
  public double number(double lowest, double highest, double otherwise) {
    return value == null ? otherwise : number(lowest, highest);
  }

  /**
   * A number with its unit, {@code 250ms}, {@code 64KiB}, {@code 500k}, in a range, in the smallest unit; a fault and the
   * lowest if it is absent and nothing holds then.
   */
  long quantity(Quantity quantity, String lowest, String highest, @Nullable String otherwise) {
    long least = quantity.parse(lowest).orElseThrow();
    long usual = otherwise == null ? least : quantity.parse(otherwise).orElse(least);
    if (value == null) {
      if (otherwise == null) {
        fault("missing; want " + quantity.wanted() + ", " + lowest + ".." + highest);
      }
      return usual;
    }
    Optional<Long> found =
        value instanceof Scalar scalar ? quantity.parse(scalar.text) : Optional.empty();
    if (found.isEmpty()) {
      wrongType(quantity.wanted() + ", " + lowest + ".." + highest);
    } else if (found.get() < least || found.get() > quantity.parse(highest).orElseThrow()) {
      fault("want " + lowest + ".." + highest + ", got " + text());
    } else {
      return found.get();
    }
    return usual;
  }

  /**
   * What a text means; a fault, and nothing, if it is absent or the reading of it refuses it.
   *
   * @param reading throws an {@link IllegalArgumentException} whose message says what is wanted
   */
  public <T> Optional<T> parsed(Function<String, T> reading) {
    String found = text();
    if (!(value instanceof Scalar)) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.apply(found));
    } catch (IllegalArgumentException e) {
      fault(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The texts of raw values: a mapping of whole numbers, decimal or hex, to texts; none if it is absent. */
  public Map<Long, String> labels() {
    Map<Long, String> labels = new HashMap<>();
    if (value != null) {
      entries().forEach((raw, text) -> {
        try {
          labels.put(Long.decode(raw), text.text());
        } catch (NumberFormatException e) {
          text.fault("want a whole raw value as the key, got '" + raw + "'");
        }
      });
    }
    return labels;
  }

  /**
   * A file or folder; a relative path starts at the folder of the file that names it, or where the program was started if
   * that file was handed over, as {@code /dev/stdin}.
   */
  public Path path(Path otherwise) {
    return value == null ? otherwise : resolve(text());
  }

  /** The folder of the file that this stands in, where relative paths start. */
  public Path folder() {
    return resolve("");
  }

  /** An existing, readable file; a fault if it is absent, not there or not readable. */
  public Path readableFile() {
    Path found = resolve(text());
    if (value instanceof Scalar) {
      FileRoom.flaw(found).ifPresent(this::fault);
    }
    return found;
  }

  private Path resolve(String name) {
    try {
      Path folder = FileRoom.isHandedOver(file)
          ? Path.of("").toAbsolutePath()
          : file.toAbsolutePath().getParent();
      return folder == null ? Path.of(name) : folder.resolve(name).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      fault("not a path: " + e.getMessage());
      return file;
    }
  }

  private void wrongType(String wanted) {
    String found = value instanceof Scalar scalar
        ? "'" + scalar.text + "'"
        : value instanceof Sequence ? "a list" : value instanceof Mapping ? "a mapping" : "nothing";
    fault("want " + wanted + ", got " + found);
  }

  /** The keys of a mapping and the nodes behind them, in the order of the file. */
  public Map<String, Node> entries() {
    Map<String, Node> all = new LinkedHashMap<>();
    for (String key : keys()) {
      all.put(key, at(key));
    }
    return all;
  }
}
