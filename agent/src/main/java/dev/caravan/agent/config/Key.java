package dev.caravan.agent.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of the configuration, declared once, in the settings of its room: how its value is read, what holds where it is
 * absent, and what is written about it.
 *
 * <pre>
 * private static final Key&lt;Long&gt; MAX_AGE = Key.duration("max_age", "10ms", "1h")
 *     .or("1s")
 *     .says("close a batch when its first sample came in so long ago");
 *
 * long maxAgeNs = batch.get(MAX_AGE);
 * </pre>
 *
 * <p>The tables of {@code config/README.md}, the schema and the commented keys of {@code agent.yaml} are made from the
 * declarations. Unit, range and default follow from what is read; words for them are given only where they say more. A
 * declaration is not changed once it was given out: each method here gives a new one.
 *
 * @param <T> what the value is to the program; {@link Node} for what its room reads by itself
 */
public final class Key<T> {
  /** What the file has behind it. */
  enum Form {
    TEXT,
    SECRET,
    WORD,
    FLAG,
    WHOLE,
    NUMBER,
    DURATION,
    SIZE,
    RATE,
    PATH,
    BLOCK,
    LIST
  }

  /** Makes of a value, or of its absence, what it means; {@code otherwise} is what absence stands for, as a file has it. */
  private interface Reading<T> {
    T read(Node value, @Nullable String otherwise);
  }

  final String name;
  final Form form;
  private final Reading<T> reading;

  String lowest = "";
  String highest = "";
  /** Those that may stand there; of another form than a word, beside the others. */
  List<String> words = List.of();
  /** What a text must match as a whole; empty: any. */
  String pattern = "";
  /** Of a block, or of each item of a list; empty if they are hung below it elsewhere. */
  List<Key<?>> keys = List.of();
  /** What each item of a list of values is. */
  @Nullable
  Key<?> item;
  /** Whether one item may stand for the list. */
  boolean isOneOrMore;

  @Nullable
  String otherwise;

  /** It may be absent only where this one is there. */
  @Nullable
  Key<?> instead;

  boolean isRequired;
  String absent = "";
  String unit = "";
  String range = "";
  String limit = "";
  String sentence = "";

  private Key(String name, Form form, Reading<T> reading) {
    this.name = name;
    this.form = form;
    this.reading = reading;
  }

  private Key<T> copy() {
    Key<T> copy = new Key<>(name, form, reading);
    copy.lowest = lowest;
    copy.highest = highest;
    copy.words = words;
    copy.pattern = pattern;
    copy.keys = keys;
    copy.item = item;
    copy.isOneOrMore = isOneOrMore;
    copy.otherwise = otherwise;
    copy.instead = instead;
    copy.isRequired = isRequired;
    copy.absent = absent;
    copy.unit = unit;
    copy.range = range;
    copy.limit = limit;
    copy.sentence = sentence;
    return copy;
  }

  // what stands behind it

  /** Any text. */
  public static Key<String> text(String name) {
    return new Key<>(
        name,
        Form.TEXT,
        (value, otherwise) -> otherwise == null ? value.text() : value.text(otherwise));
  }

  /** A text that matches as a whole; {@code wanted} says in words what is wanted. */
  public static Key<String> text(String name, Pattern form, String wanted) {
    Key<String> key = new Key<>(
        name,
        Form.TEXT,
        (value, otherwise) ->
            value.isPresent() || otherwise == null ? value.text(form, wanted) : otherwise);
    key.pattern = form.pattern();
    return key;
  }

  /** One variable of the environment and nothing else, since no secret is written into the file. */
  public static Key<String> secret(String name) {
    return new Key<>(name, Form.SECRET, (value, otherwise) -> value.text());
  }

  /** One of some words. */
  public static Key<String> oneOf(String name, List<String> words) {
    Key<String> key = new Key<>(
        name,
        Form.WORD,
        (value, otherwise) ->
            otherwise == null ? value.oneOf(words) : value.oneOf(words, otherwise));
    key.words = List.copyOf(words);
    return key;
  }

  /** One of some words. */
  public static Key<String> oneOf(String name, String... words) {
    return oneOf(name, List.of(words));
  }

  /** {@code true} or {@code false}; the one that it is where it is absent. */
  public static Key<Boolean> flag(String name, boolean otherwise) {
    Key<Boolean> key =
        new Key<>(name, Form.FLAG, (value, text) -> value.flag(Boolean.parseBoolean(text)));
    key.otherwise = String.valueOf(otherwise);
    return key;
  }

  /** A whole number. */
  public static Key<Integer> whole(String name, int lowest, int highest) {
    Key<Integer> key = new Key<>(
        name, Form.WHOLE, (value, otherwise) -> (int) whole(value, lowest, highest, otherwise));
    key.lowest = String.valueOf(lowest);
    key.highest = String.valueOf(highest);
    return key;
  }

  /** A whole number that may need more than 32 bits. */
  public static Key<Long> large(String name, long lowest, long highest) {
    Key<Long> key =
        new Key<>(name, Form.WHOLE, (value, otherwise) -> whole(value, lowest, highest, otherwise));
    key.lowest = String.valueOf(lowest);
    key.highest = String.valueOf(highest);
    return key;
  }

  private static long whole(Node value, long lowest, long highest, @Nullable String otherwise) {
    return otherwise == null
        ? value.whole(lowest, highest)
        : value.whole(lowest, highest, Long.parseLong(otherwise));
  }

  /** A number. */
  public static Key<Double> number(String name, double lowest, double highest) {
    Key<Double> key = new Key<>(
        name,
        Form.NUMBER,
        (value, otherwise) -> otherwise == null
            ? value.number(lowest, highest)
            : value.number(lowest, highest, Double.parseDouble(otherwise)));
    key.lowest = Node.shown(lowest);
    key.highest = Node.shown(highest);
    return key;
  }

  /** A duration, in nanoseconds. */
  public static Key<Long> duration(String name, String lowest, String highest) {
    return quantity(name, Form.DURATION, Quantity.DURATION, lowest, highest);
  }

  /** A size, in bytes. */
  public static Key<Long> size(String name, String lowest, String highest) {
    return quantity(name, Form.SIZE, Quantity.SIZE, lowest, highest);
  }

  /** A rate, in units per second. */
  public static Key<Long> rate(String name, String lowest, String highest) {
    return quantity(name, Form.RATE, Quantity.RATE, lowest, highest);
  }

  private static Key<Long> quantity(
      String name, Form form, Quantity quantity, String lowest, String highest) {
    Key<Long> key = new Key<>(
        name, form, (value, otherwise) -> value.quantity(quantity, lowest, highest, otherwise));
    key.lowest = lowest;
    key.highest = highest;
    return key;
  }

  /** A file that is there and can be read. */
  public static Key<Path> file(String name) {
    Key<Path> key = new Key<>(name, Form.PATH, (value, otherwise) -> value.readableFile());
    key.range = "a readable file";
    return key;
  }

  /** A file or folder that need not be there. */
  public static Key<Path> path(String name) {
    return new Key<>(
        name,
        Form.PATH,
        (value, otherwise) -> value.path(Path.of(otherwise == null ? "" : otherwise)));
  }

  /** Texts of raw values: a mapping of whole numbers, decimal or hex, to texts. */
  public static Key<Map<Long, String>> labels(String name) {
    Key<Map<Long, String>> key = new Key<>(name, Form.BLOCK, (value, otherwise) -> value.labels());
    key.range = "whole raw values";
    return key;
  }

  /** A mapping with these keys; none if they are of another room. */
  public static Key<Node> block(String name, List<Key<?>> keys) {
    Key<Node> key = new Key<>(name, Form.BLOCK, (value, otherwise) -> value);
    key.keys = List.copyOf(keys);
    return key;
  }

  /** A mapping whose keys other declarations have. */
  public static Key<Node> block(String name) {
    return block(name, List.of());
  }

  /** A list of mappings with these keys. */
  public static Key<Node> list(String name, List<Key<?>> keys) {
    Key<Node> key = new Key<>(name, Form.LIST, (value, otherwise) -> value);
    key.keys = List.copyOf(keys);
    return key;
  }

  /** A list of mappings whose keys other declarations have. */
  public static Key<Node> list(String name) {
    return list(name, List.of());
  }

  /** A list of values, each of which is what a key of any name would have. */
  public static Key<Node> list(String name, Key<?> item) {
    Key<Node> key = list(name);
    key.item = item;
    return key;
  }

  /** As {@link #list(String, Key)}, where one value may stand without a list around it. */
  public static Key<Node> oneOrMore(String name, Key<?> item) {
    Key<Node> key = list(name, item);
    key.isOneOrMore = true;
    return key;
  }

  // where it is absent

  /** What holds where it is absent, as it would be written. */
  public Key<T> or(Object value) {
    Key<T> copy = copy();
    copy.otherwise = value.toString();
    copy.isRequired = false;
    return copy;
  }

  /** In words, what holds where it is absent. */
  public Key<T> absent(String meaning) {
    Key<T> copy = copy();
    copy.absent = meaning;
    return copy;
  }

  /** It must be there. */
  public Key<T> required() {
    Key<T> copy = copy();
    copy.isRequired = true;
    return copy;
  }

  /** It must be there where the other is not; whether both may be is for its room to say. */
  public Key<T> unless(Key<?> other) {
    Key<T> copy = copy();
    copy.instead = other;
    return copy;
  }

  // what is written about it

  /** What it does, as the reference has it: a sentence that begins in lower case and ends without a stop. */
  public Key<T> says(String text) {
    Key<T> copy = copy();
    copy.sentence = text;
    return copy;
  }

  /** The unit of a number. */
  public Key<T> unit(String words) {
    Key<T> copy = copy();
    copy.unit = words;
    return copy;
  }

  /** In words, what may stand there. */
  public Key<T> range(String words) {
    Key<T> copy = copy();
    copy.range = words;
    return copy;
  }

  /** In words, what limits it beside its range. */
  public Key<T> limit(String words) {
    Key<T> copy = copy();
    copy.limit = words;
    return copy;
  }

  /** A text that its room reads by itself, and that looks so. */
  public Key<T> like(String regex) {
    Key<T> copy = copy();
    copy.pattern = regex;
    return copy;
  }

  /** Words that may stand in the place of such a value; see {@link Node#says}. */
  public Key<T> orWord(String... others) {
    Key<T> copy = copy();
    copy.words = List.of(others);
    return copy;
  }

  /** Its name in the mapping. */
  public String name() {
    return name;
  }

  /** Whether a list stands behind it. */
  public boolean isList() {
    return form == Form.LIST;
  }

  /** Whether a file or folder stands behind it. */
  public boolean isPath() {
    return form == Form.PATH;
  }

  /** Those of the mapping behind it, or of each item of its list, where it declares them. */
  public List<Key<?>> keys() {
    return keys;
  }

  /** What holds where it is absent. */
  public T usual() {
    return read(Node.absent());
  }

  T read(Node value) {
    return reading.read(value, otherwise);
  }

  @Override
  public String toString() {
    return name;
  }
}
