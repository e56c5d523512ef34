package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;
import java.util.Map;
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
 */
record VssEntry(
    Node node, String from, String to, String unit, String fromUnit, Map<Long, String> labels) {
  private static final Pattern NAME = Pattern.compile("(\\*\\.)?[^\\s.*]+(\\.[^\\s.*]+){1,7}");
  static final Pattern PATH =
      Pattern.compile("[A-Z][A-Za-z0-9]{0,62}(\\.[A-Z][A-Za-z0-9]{0,62}){1,15}");
  private static final List<String> NO_UNITS = List.of("", "-");

  private static final Key<String> FROM = Key.text(
          "from", NAME, "message.signal, source.message.signal or *.message.signal")
      .required()
      .range("2 to 4 parts; no other `*`")
      .says("the decoder's name: `message.signal` (of any source), `*.message.signal` (the same) "
          + "or `source.message.signal` (goes first)");
  static final Key<String> TO = Key.text(
          "to", PATH, "a VSS path as Vehicle.Speed: parts of letters and digits, upper case first")
      .required()
      .range("2 to 16 parts of letters and digits, upper case first; once in a file, except for "
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

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(FROM, TO, UNIT, FROM_UNIT, LABELS);

  VssEntry {
    labels = Map.copyOf(labels);
  }

  static VssEntry from(Node node) {
    String from = node.get(FROM);
    String to = node.get(TO);
    String unit = unit(node, UNIT);
    String fromUnit = unit(node, FROM_UNIT);
    Map<Long, String> labels = node.get(LABELS);
    node.refuseUnknownKeys();
    return new VssEntry(
        node, from.startsWith("*.") ? from.substring(2) : from, to, unit, fromUnit, labels);
  }

  private static String unit(Node node, Key<String> key) {
    return node.find(key).filter(text -> !NO_UNITS.contains(text)).orElse("");
  }
}
