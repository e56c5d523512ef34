package dev.caravan.agent.encode.json;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Closing;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the JSON of a route looks.
 *
 * @param file what {@link Layout#FILE} means
 * @param isCompressed whether it is gzip
 * @param largeAreTexts whether whole numbers of 2^53 and more are texts
 */
record JsonSettings(
    Layout layout, LayoutFile file, boolean isCompressed, boolean largeAreTexts, Closing closing) {
  /** A key of the route. */
  static final Key<Node> JSON =
      Key.block("json").absent("its defaults").says("of `format: json`: how it looks, see below");

  private static final Key<Path> LAYOUT = Key.path("layout")
      .orWord(Layout.words().toArray(String[]::new))
      .or(Layout.GROUPS.word())
      .limit("or a layout file")
      .says("`rows`: a list with an object for each sample; `groups`: one for each CAN message, or"
          + " whatever else arrived together; `batch`: one object, with counts and clocks, in which"
          + " such objects are a list; `thingsboard`: what ThingsBoard takes as telemetry; `signal`: each"
          + " signal has a retained topic of its own, with its last value of each batch; else a"
          + " [layout file](#json-layout-file)");
  private static final Key<String> COMPRESS = Key.oneOf("compress", "none", "gzip")
      .or("none")
      .says("`gzip`: each message is a gzip file, RFC 1952");
  private static final Key<String> LARGE = Key.oneOf("large_numbers", "number", "text")
      .or("number")
      .says(
          "whole numbers of 2^53 and more, which many readers round: as numbers, or as texts of digits");

  // what no word of a layout has in it
  private static final Pattern FILE = Pattern.compile("[./]");

  static final List<Key<?>> KEYS = Stream.concat(
          Stream.<Key<?>>of(LAYOUT, COMPRESS, LARGE), Closing.KEYS.stream())
      .toList();

  /** Whether each signal has a topic of its own. */
  boolean hasSignals() {
    return layout == Layout.FILE && file.form() == LayoutFile.Form.SIGNALS;
  }

  /** Reads {@link #JSON} of a route. */
  static JsonSettings from(Node json) {
    Node layout = json.at(LAYOUT);
    String word = layout.text(Layout.GROUPS.word());
    boolean isFile = FILE.matcher(word).find();
    JsonSettings settings = new JsonSettings(
        isFile || json.says(LAYOUT, Layout.SIGNAL)
            ? Layout.FILE
            : Layout.of(layout.oneOf(Layout.words(), word)),
        isFile ? LayoutFile.read(layout.readableFile(), json.faults()) : LayoutFile.SIGNAL,
        json.get(COMPRESS).equals("gzip"),
        json.get(LARGE).equals("text"),
        Closing.from(json));
    json.refuseUnknownKeys();
    return settings;
  }
}
