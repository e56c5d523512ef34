package dev.caravan.agent.decode.line;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.SignalSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One quantity of a message.
 *
 * @param name last part of the signal's path
 * @param from where it stands: a column from 1, a key, a JSON path, a named group; empty in binary frames
 * @param place where it stands in a binary frame
 * @param kind what raw values are
 * @param unit empty for none
 * @param factor value = raw * factor + offset
 * @param offset see {@code factor}
 * @param min lowest value, NaN for none; below it the quality is out of range
 * @param max highest value, NaN for none
 * @param suffix what stands behind each number of text, such as a unit; empty for nothing
 * @param notAvailable what means that there is no value
 * @param error what means that the sensor has failed
 * @param labels text of raw values
 */
record Field(
    String name,
    String from,
    Optional<Place> place,
    Kind kind,
    String unit,
    double factor,
    double offset,
    double min,
    double max,
    String suffix,
    Sentinels notAvailable,
    Sentinels error,
    Map<Long, String> labels) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*+");

  static Field from(Node node, LineTable.Form form, NumberForm numbers) {
    String name = node.at("name").text(NAME, "a name of letters, digits and _, levels by dots");
    boolean isBinary = form == LineTable.Form.BINARY;
    Optional<Place> place = isBinary ? Optional.of(Place.from(node)) : Optional.empty();
    String from = isBinary ? "" : node.at("from").text();
    if (form == LineTable.Form.CSV && !from.matches("[1-9][0-9]{0,3}")) {
      node.at("from").fault("want a column, 1..9999, got '" + from + "'");
    }
    Kind kind = isBinary
        ? place.map(Place::kind).orElse(Kind.TEXT)
        : switch (node.at("kind").oneOf(List.of("number", "integer", "text"), "number")) {
          case "integer" -> Kind.SIGNED;
          case "text" -> Kind.TEXT;
          default -> Kind.DOUBLE;
        };
    Field field = new Field(
        name,
        from,
        place,
        kind,
        node.at("unit").text(""),
        node.at("factor").number(-1e12, 1e12, 1),
        node.at("offset").number(-1e12, 1e12, 0),
        node.at("min").number(-1e18, 1e18, Double.NaN),
        node.at("max").number(-1e18, 1e18, Double.NaN),
        isBinary || kind == Kind.TEXT ? "" : node.at("suffix").text("").strip(),
        Sentinels.from(node.at("not_available"), numbers),
        Sentinels.from(node.at("error"), numbers),
        labels(node.at("labels")));
    node.refuseUnknownKeys();
    return field;
  }

  private static Map<Long, String> labels(Node node) {
    Map<Long, String> labels = new HashMap<>();
    node.entries().forEach((key, value) -> {
      try {
        labels.put(Long.decode(key), value.text());
      } catch (NumberFormatException e) {
        value.fault("want a whole number as key, got '" + key + "'");
      }
    });
    return labels;
  }

  SignalSpec spec(String group) {
    return new SignalSpec(group + "." + name, group, unit, kind, factor, offset, min, max, labels);
  }
}
