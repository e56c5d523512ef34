package dev.caravan.agent.decode.line;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
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
  private static final Pattern NAME_FORM =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*+");

  private static final double MOST = 1e12;
  private static final double MOST_LIMIT = 1e18;
  private static final Key<String> RAW = Key.text("raw");

  private static final Key<String> NAME = Key.text(
          "name", NAME_FORM, "a name of letters, digits and _, levels by dots")
      .required()
      .range("letters, digits, `_`, levels by dots")
      .says("what it is called, behind source and message");
  static final Key<String> FROM = Key.text("from")
      .unless(Place.AT)
      .absent("required, but of `binary`")
      .says("where it stands. csv: column from 1; key_value: key; json: path such as `wind.speed` "
          + "or `list[0].v`; pattern: group");
  private static final Key<String> KIND = Key.oneOf("kind", "number", "integer", "text")
      .or("number")
      .says("what it is; of `binary` its `type` says it");
  private static final Key<String> UNIT =
      Key.text("unit").or("").absent("none").says("of the physical value");
  private static final Key<Double> FACTOR =
      Key.number("factor", -MOST, MOST).or(1).says("physical value = raw * factor + offset");
  private static final Key<Double> OFFSET =
      Key.number("offset", -MOST, MOST).unit("unit of the signal").or(0).says("see `factor`");
  private static final Key<Double> MIN = Key.number("min", -MOST_LIMIT, MOST_LIMIT)
      .unit("unit of the signal")
      .absent("no limit")
      .says("below it a value is `out_of_range`");
  private static final Key<Double> MAX = Key.number("max", -MOST_LIMIT, MOST_LIMIT)
      .unit("unit of the signal")
      .absent("no limit")
      .says("above it a value is `out_of_range`");
  private static final Key<String> SUFFIX = Key.text("suffix")
      .or("")
      .absent("nothing")
      .says("what stands behind each number of text and is taken off; with another, or none, it is "
          + "undecodable");
  private static final Key<Node> NOT_AVAILABLE = Key.list("not_available", RAW)
      .says("list of raw texts and numbers that mean that there is no value; an empty field always "
          + "does");
  private static final Key<Node> ERROR =
      Key.list("error", RAW).says("list of those that mean that the sensor has failed");
  private static final Key<Map<Long, String>> LABELS =
      Key.labels("labels").says("texts of raw values, `{0: DRY, 1: WET}`");

  /** Its keys. */
  static final List<Key<?>> KEYS = keys();

  private static List<Key<?>> keys() {
    List<Key<?>> keys = new ArrayList<>(List.of(NAME, FROM, KIND));
    keys.addAll(Place.KEYS);
    keys.addAll(List.of(UNIT, FACTOR, OFFSET, MIN, MAX, SUFFIX, NOT_AVAILABLE, ERROR, LABELS));
    return keys;
  }

  static Field from(Node node, LineTable.Form form, NumberForm numbers) {
    String name = node.get(NAME);
    boolean isBinary = form == LineTable.Form.BINARY;
    Optional<Place> place = isBinary ? Optional.of(Place.from(node)) : Optional.empty();
    String from = isBinary ? "" : node.get(FROM);
    if (form == LineTable.Form.CSV && !from.matches("[1-9][0-9]{0,3}")) {
      node.at(FROM).fault("want a column, 1..9999, got '" + from + "'");
    }
    Kind kind = isBinary
        ? place.map(Place::kind).orElse(Kind.TEXT)
        : switch (node.get(KIND)) {
          case "integer" -> Kind.SIGNED;
          case "text" -> Kind.TEXT;
          default -> Kind.DOUBLE;
        };
    Field field = new Field(
        name,
        from,
        place,
        kind,
        node.get(UNIT),
        node.get(FACTOR),
        node.get(OFFSET),
        node.find(MIN).orElse(Double.NaN),
        node.find(MAX).orElse(Double.NaN),
        isBinary || kind == Kind.TEXT ? "" : node.get(SUFFIX).strip(),
        Sentinels.from(node.at(NOT_AVAILABLE), numbers),
        Sentinels.from(node.at(ERROR), numbers),
        node.get(LABELS));
    node.refuseUnknownKeys();
    return field;
  }

  SignalSpec spec(String group) {
    return new SignalSpec(group + "." + name, group, unit, kind, factor, offset, min, max, labels);
  }
}
