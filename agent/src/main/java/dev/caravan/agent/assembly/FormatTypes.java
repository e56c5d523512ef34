package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.json.JsonFormat;
import dev.caravan.agent.encode.records.RecordsFormat;
import dev.caravan.agent.encode.sparkplug.SparkplugFormat;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The one list of wire formats.
 *
 * @param types what a route has where it says nothing is the first
 */
record FormatTypes(List<Type> types) {
  static final FormatTypes ALL = new FormatTypes(List.of(
      new Type(ColumnsFormat.WORD, ColumnsFormat.KEYS, ColumnsFormat::from, ColumnsFormat::former),
      new Type(JsonFormat.WORD, JsonFormat.KEYS, JsonFormat::from, JsonFormat::former),
      new Type(RecordsFormat.WORD, RecordsFormat.KEYS, RecordsFormat::from, RecordsFormat::former),
      new Type(
          SparkplugFormat.WORD,
          SparkplugFormat.KEYS,
          SparkplugFormat::from,
          SparkplugFormat::former)));

  static final Key<String> FORMAT = ALL.key();

  /** Makes a format of its keys in an item of {@code routes}. */
  interface Reader {
    /** The format of the route of that name, of a device; {@code isCompat}: readers of before are served. */
    Format from(Node route, String name, DeviceName device, Topics topics, boolean isCompat);
  }

  /** Makes a format for bodies that lie in a queue. */
  interface Former {
    /** The format of the route of that name, of a device, whatever its keys were. */
    Format of(String name, DeviceName device, Topics topics);
  }

  /**
   * One of them.
   *
   * @param word in the configuration
   * @param keys that a route of this format has, and no other
   * @param former what sends bodies of this format once the route has another
   */
  record Type(String word, List<Key<?>> keys, Reader reader, Former former) {}

  /** The keys of all formats. */
  List<Key<?>> keys() {
    return types.stream().<Key<?>>flatMap(type -> type.keys.stream()).distinct().toList();
  }

  private Key<String> key() {
    List<String> words = types.stream().map(Type::word).toList();
    return Key.oneOf("format", words).or(words.get(0)).says("wire format of what leaves");
  }

  /** The formats of what may lie in a queue of a route, by their words. */
  Map<String, Format> former(String name, DeviceName device, Topics topics) {
    return types.stream()
        .collect(Collectors.toMap(Type::word, type -> type.former.of(name, device, topics)));
  }

  /** Reads {@code format} of a route, and the keys of that format. */
  Format read(Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    String word = route.get(key());
    return types.stream()
        .filter(type -> type.word.equals(word))
        .findFirst()
        .orElse(types.get(0))
        .reader
        .from(route, name, device, topics, isCompat);
  }
}
