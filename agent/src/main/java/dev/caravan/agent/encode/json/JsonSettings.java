package dev.caravan.agent.encode.json;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Closing;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the JSON of a route looks.
 *
 * @param isCompressed whether it is gzip
 * @param largeAreTexts whether whole numbers beyond 2^53 are texts
 */
record JsonSettings(Layout layout, boolean isCompressed, boolean largeAreTexts, Closing closing) {
  /** A key of the route. */
  static final Key<Node> JSON =
      Key.block("json").absent("its defaults").says("of `format: json`: how it looks, see below");

  private static final Key<String> LAYOUT = Key.oneOf("layout", Layout.words())
      .or(Layout.GROUPS.word())
      .says("`rows`: a list with an object for each sample; `groups`: one for each CAN message, or"
          + " whatever else arrived together; `batch`: one object, with counts and clocks, in which"
          + " such objects are a list; `thingsboard`: what ThingsBoard takes as telemetry");
  private static final Key<String> COMPRESS = Key.oneOf("compress", "none", "gzip")
      .or("none")
      .says("`gzip`: each message is a gzip file, RFC 1952");
  private static final Key<String> LARGE = Key.oneOf("large_numbers", "number", "text")
      .or("number")
      .says(
          "whole numbers beyond 2^53, which many readers round: as numbers, or as texts of digits");

  static final List<Key<?>> KEYS = Stream.concat(
          Stream.<Key<?>>of(LAYOUT, COMPRESS, LARGE), Closing.KEYS.stream())
      .toList();

  /** Reads {@link #JSON} of a route. */
  static JsonSettings from(Node json) {
    JsonSettings settings = new JsonSettings(
        Layout.of(json.get(LAYOUT)),
        json.get(COMPRESS).equals("gzip"),
        json.get(LARGE).equals("text"),
        Closing.from(json));
    json.refuseUnknownKeys();
    return settings;
  }
}
