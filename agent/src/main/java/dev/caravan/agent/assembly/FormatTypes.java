package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.util.List;

/**
 * The one list of wire formats.
 *
 * @param types what a route has where it says nothing is the first
 */
record FormatTypes(List<Type> types) {
  static final FormatTypes ALL =
      new FormatTypes(List.of(new Type("columns", ColumnsFormat.KEYS, ColumnsFormat::from)));

  static final Key<String> FORMAT = ALL.key();

  /** Makes a format of its keys in an item of {@code routes}. */
  interface Reader {
    /** The format of the route of that name, of a device; {@code isCompat}: readers of before are served. */
    Format from(Node route, String name, DeviceName device, Topics topics, boolean isCompat);
  }

  /**
   * One of them.
   *
   * @param word in the configuration
   * @param keys that a route of this format has, and no other
   */
  record Type(String word, List<Key<?>> keys, Reader reader) {}

  /** The keys of all formats. */
  List<Key<?>> keys() {
    return types.stream().<Key<?>>flatMap(type -> type.keys.stream()).distinct().toList();
  }

  private Key<String> key() {
    List<String> words = types.stream().map(Type::word).toList();
    return Key.oneOf("format", words).or(words.get(0)).says("wire format of what leaves");
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
