package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Node;
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
 */
record VssEntry(
    Node node, String from, String to, String unit, String fromUnit, Map<Long, String> labels) {
  private static final Pattern FROM = Pattern.compile("(\\*\\.)?[^\\s.*]+(\\.[^\\s.*]+){1,7}");
  static final Pattern TO =
      Pattern.compile("[A-Z][A-Za-z0-9]{0,62}(\\.[A-Z][A-Za-z0-9]{0,62}){1,15}");
  private static final List<String> NO_UNITS = List.of("", "-");

  VssEntry {
    labels = Map.copyOf(labels);
  }

  static VssEntry from(Node node) {
    String from =
        node.at("from").text(FROM, "message.signal, source.message.signal or *.message.signal");
    String to = node.at("to")
        .text(TO, "a VSS path as Vehicle.Speed: parts of letters and digits, upper case first");
    String unit = unit(node.at("unit"));
    String fromUnit = unit(node.at("from_unit"));
    Map<Long, String> labels = node.at("labels").labels();
    node.refuseUnknownKeys();
    return new VssEntry(
        node, from.startsWith("*.") ? from.substring(2) : from, to, unit, fromUnit, labels);
  }

  private static String unit(Node node) {
    Optional<String> unit = node.optionalText();
    return unit.filter(text -> !NO_UNITS.contains(text)).orElse("");
  }
}
