package dev.caravan.agent.decode.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What stands in the messages of a sensor.
 *
 * <pre>
 * message: Target
 * format: csv
 * begins: "TGT,"
 * fields:
 *   - {name: Speed, from: 2, unit: km/h}
 *   - {name: Lane, from: 3, kind: integer, not_available: ["-"]}
 * </pre>
 *
 * @param message what the message is called in signal paths, {@code source.message.field}
 * @param form how it is laid out
 * @param separator between columns or pairs
 * @param equals between key and value
 * @param begins what a message of text of this kind begins with; others are not of this table
 * @param header the same of a binary frame
 * @param pattern that a message must match as a whole; empty but for {@link Form#PATTERN}
 * @param encoding of its text
 * @param numbers how they are written
 * @param fields in the order of the file
 */
record LineTable(
    String message,
    Form form,
    String separator,
    String equals,
    String begins,
    Bytes header,
    Optional<PatternReading.Compiled> pattern,
    Charset encoding,
    NumberForm numbers,
    List<Field> fields) {
  /** How a message is laid out. */
  enum Form {
    CSV,
    KEY_VALUE,
    JSON,
    PATTERN,
    BINARY
  }

  private static final Key<String> MESSAGE = Key.text("message")
      .absent("the file's name without its ending")
      .says("what the message is called in signal names");
  private static final Key<String> FORMAT = Key.oneOf(
          "format", "csv", "key_value", "json", "pattern", "binary")
      .required()
      .says("how it is laid out; `pattern` is a regular expression");
  private static final Key<String> PATTERN = Key.text("pattern")
      .absent("required for `pattern`")
      .says("what the whole message must match, with named groups, `T=(?<t>[-0-9.]+)C`; see below");
  private static final Key<String> SEPARATOR = Key.text("separator")
      .absent("a comma; of `key_value` blanks")
      .range("at least one character")
      .says("csv: between columns; key_value: between pairs");
  private static final Key<String> EQUALS = Key.text("equals")
      .or("=")
      .range("at least one character")
      .says("key_value: between key and value");
  private static final Key<String> BEGINS = Key.text("begins")
      .or("")
      .absent("anything")
      .says("messages that begin otherwise are not of this table; of `binary` as hex digits");
  private static final Key<String> ENCODING =
      Key.oneOf("encoding", "utf-8", "gb18030", "latin1").or("utf-8").says("of its text");
  private static final Key<Node> FIELDS =
      Key.list("fields").required().says("list of what stands in it, see below");

  /** Its keys. */
  static final List<Key<?>> KEYS = keys();

  private static List<Key<?>> keys() {
    List<Key<?>> keys =
        new ArrayList<>(List.of(MESSAGE, FORMAT, PATTERN, SEPARATOR, EQUALS, BEGINS, ENCODING));
    keys.addAll(NumberForm.KEYS);
    keys.add(FIELDS);
    return keys;
  }

  LineTable {
    fields = List.copyOf(fields);
  }

  /** Reads a table; what is wrong goes to {@code faults}. */
  static LineTable read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    Form form = Form.valueOf(top.get(FORMAT).toUpperCase(Locale.ROOT));
    Optional<PatternReading.Compiled> pattern =
        form == Form.PATTERN ? pattern(top.at(PATTERN)) : Optional.empty();
    String separator = separator(top.at(SEPARATOR), form == Form.CSV ? "," : " ");
    NumberForm numbers = NumberForm.from(top, form, separator);
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node node : top.at(FIELDS).items()) {
      Field field = Field.from(node, form, numbers);
      if (!names.add(field.name())) {
        node.fault(field.name() + " is the name of two fields");
      }
      if (pattern.isPresent() && !pattern.get().groups().containsKey(field.from())) {
        node.at(Field.FROM).fault("the pattern has no group (?<" + field.from() + ">...)");
      }
      fields.add(field);
    }
    if (fields.isEmpty() && top.isPresent()) {
      top.fault("fields: missing; want a list of {name, from}");
    }
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    LineTable table = new LineTable(
        top.find(MESSAGE).orElse(stem.replaceAll("[^A-Za-z0-9_]", "_")),
        form,
        separator,
        separator(top.at(EQUALS), EQUALS.usual()),
        form == Form.BINARY ? "" : top.get(BEGINS),
        form == Form.BINARY ? header(top.at(BEGINS)) : Bytes.EMPTY,
        pattern,
        encoding(top.get(ENCODING)),
        numbers,
        fields);
    top.refuseUnknownKeys();
    return table;
  }

  private static Bytes header(Node node) {
    String digits = node.text("");
    if (!digits.matches("([0-9A-Fa-f]{2} ?)*+")) {
      node.fault("want bytes as pairs of hex digits, such as AA 55, got '" + digits + "'");
      return Bytes.EMPTY;
    }
    return Bytes.ofHex(digits.replace(" ", ""));
  }

  private static String separator(Node node, String otherwise) {
    String text = node.text(otherwise);
    if (text.isEmpty()) {
      node.fault("want at least one character");
      return otherwise;
    }
    return text;
  }

  private static Charset encoding(String word) {
    return switch (word) {
      case "gb18030" -> Charset.forName("GB18030");
      case "latin1" -> StandardCharsets.ISO_8859_1;
      default -> StandardCharsets.UTF_8;
    };
  }

  private static Optional<PatternReading.Compiled> pattern(Node node) {
    try {
      return Optional.of(PatternReading.compile(node.text()));
    } catch (IllegalArgumentException e) {
      node.fault(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
