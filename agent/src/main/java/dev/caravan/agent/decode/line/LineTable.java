package dev.caravan.agent.decode.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
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

  LineTable {
    fields = List.copyOf(fields);
  }

  /** Reads a table; what is wrong goes to {@code faults}. */
  static LineTable read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    Form form = Form.valueOf(top.at("format")
        .oneOf(List.of("csv", "key_value", "json", "pattern", "binary"))
        .toUpperCase(Locale.ROOT));
    Optional<PatternReading.Compiled> pattern =
        form == Form.PATTERN ? pattern(top.at("pattern")) : Optional.empty();
    String separator = separator(top.at("separator"), form == Form.CSV ? "," : " ");
    NumberForm numbers = NumberForm.from(top, form, separator);
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node node : top.at("fields").items()) {
      Field field = Field.from(node, form, numbers);
      if (!names.add(field.name())) {
        node.fault(field.name() + " is the name of two fields");
      }
      if (pattern.isPresent() && !pattern.get().groups().containsKey(field.from())) {
        node.at("from").fault("the pattern has no group (?<" + field.from() + ">...)");
      }
      fields.add(field);
    }
    if (fields.isEmpty() && top.isPresent()) {
      top.fault("fields: missing; want a list of {name, from}");
    }
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    LineTable table = new LineTable(
        top.at("message").text(stem.replaceAll("[^A-Za-z0-9_]", "_")),
        form,
        separator,
        separator(top.at("equals"), "="),
        form == Form.BINARY ? "" : top.at("begins").text(""),
        form == Form.BINARY ? header(top.at("begins")) : Bytes.EMPTY,
        pattern,
        encoding(top.at("encoding").oneOf(List.of("utf-8", "gb18030", "latin1"), "utf-8")),
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
