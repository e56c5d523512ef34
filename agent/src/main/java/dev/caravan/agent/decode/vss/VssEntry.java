package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of a mapping.
 *
 * @param node where it stands, for messages
 * @param from the decoder's name, without {@code *.} before it
 * @param to the VSS path
 * @param unit the unit wanted; empty to keep the decoder's
 * @param fromUnit the decoder's unit, where the decoder does not know it or is wrong; empty to believe the decoder
 * @param labels texts of raw values, in place of the decoder's; empty to keep those
 * @param change what else becomes of it
 */
record VssEntry(
    Node node,
    String from,
    String to,
    String unit,
    String fromUnit,
    Map<Long, String> labels,
    VssChange change) {
  private static final Pattern NAME = Pattern.compile("(\\*\\.)?[^\\s.*]+(\\.[^\\s.*]+){1,7}"
      + "|\\*\\.\\*\\.[^\\s.*]+|([0-9A-F]{3}|[0-9A-F]{8}):[0-9]+\\|[0-9]+@[01]");
  static final Pattern PATH =
      Pattern.compile("[A-Z][A-Za-z0-9_]{0,62}(\\.[A-Za-z][A-Za-z0-9_]{0,62}){1,15}");
  private static final List<String> NO_UNITS = List.of("", "-");

  private static final Key<String> FROM = Key.text(
          "from", NAME, "message.signal, source.message.signal, *.message.signal or *.*.signal")
      .required()
      .range("2 to 4 parts; no other `*`")
      .says("the decoder's name: `message.signal` (of any source), `*.message.signal` (the same) "
          + "or `source.message.signal` (goes first). Of DBC files also `*.*.signal`, of any message, or its "
          + "place: `101:7|16@0` is start bit, length and byte order as in the file behind the identifier in 3 hex "
          + "digits, or in 8 of 29 bits");
  static final Key<String> TO = Key.text(
          "to",
          PATH,
          "a VSS path as Vehicle.Speed: parts of letters, digits and _, upper case first")
      .required()
      .range(
          "2 to 16 parts of letters, digits and `_`, upper case first; once in a file, except for "
              + "one signal of two sources")
      .says("the VSS path");
  private static final Key<String> UNIT = Key.text("unit")
      .absent("the decoder's")
      .range("a unit of the same dimension")
      .says("the unit wanted; factor, offset and limits are converted. A unit that the decoder's "
          + "does not convert to is a fault");
  private static final Key<String> FROM_UNIT = Key.text("from_unit")
      .absent("the decoder's")
      .says("what the decoder's unit really is, where the DBC file leaves it out or has it wrong");
  private static final Key<Map<Long, String>> LABELS = Key.labels("labels")
      .absent("the decoder's")
      .says("texts of raw values, `{0: PARK, 1: DRIVE}`, in place of the decoder's");

  private static final Key<Node> TEXTS = Key.block("texts")
      .absent("none")
      .says(
          "labels in place of those of the decoder, `{DI_GEAR_P: PARK}`; what is not named has none. "
              + "Numbers as keys are values of the decoder");
  private static final Key<Double> FACTOR = Key.number("factor", -1e12, 1e12)
      .or(1)
      .says("new value = decoder's value * factor + offset, in `unit`; for what no unit says");
  private static final Key<Double> OFFSET =
      Key.number("offset", -1e12, 1e12).or(0).unit("`unit`").says("see `factor`");

  /** Its keys. */
  static final List<Key<?>> KEYS =
      List.of(FROM, TO, UNIT, FROM_UNIT, LABELS, TEXTS, FACTOR, OFFSET);

  VssEntry {
    labels = Map.copyOf(labels);
  }

  static VssEntry from(Node node) {
    String from = node.get(FROM);
    String to = node.get(TO);
    String unit = unit(node, UNIT);
    String fromUnit = unit(node, FROM_UNIT);
    Map<Long, String> labels = node.get(LABELS);
    VssChange change = change(node);
    if (change.isScaled() && !fromUnit.isEmpty()) {
      node.at(FROM_UNIT).fault("want factor and offset or from_unit, got both");
    }
    node.refuseUnknownKeys();
    return new VssEntry(
        node, from.startsWith("*.") ? from.substring(2) : from, to, unit, fromUnit, labels, change);
  }

  private static VssChange change(Node node) {
    double factor = node.get(FACTOR);
    if (factor == 0) {
      node.at(FACTOR).fault("want another number than 0");
    }
    Map<String, String> texts = new HashMap<>();
    node.at(TEXTS).entries().forEach((label, text) -> texts.put(label, text.text()));
    return new VssChange(
        factor == 0 ? 1 : factor, node.get(OFFSET), texts, Map.of(), Optional.empty());
  }

  /** One of another tool's file. */
  static VssEntry foreign(Node node, String from, String to, String unit, VssChange change) {
    return new VssEntry(node, from, to, NO_UNITS.contains(unit) ? "" : unit, "", Map.of(), change);
  }

  /** How {@code from} is written. */
  String written() {
    return from.startsWith("*.") ? "*." + from : from;
  }

  private static String unit(Node node, Key<String> key) {
    return node.find(key).filter(text -> !NO_UNITS.contains(text)).orElse("");
  }
}
