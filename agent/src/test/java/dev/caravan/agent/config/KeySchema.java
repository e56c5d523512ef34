package dev.caravan.agent.config;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON schema (draft 2020-12) that declared keys make. */
public final class KeySchema {
  /**
   * A mapping below a key that does not declare it itself.
   *
   * @param name in the schema
   * @param type what its key {@code type} says; empty where it has none, or any
   */
  public record Section(String name, String type, List<Key<?>> keys) {}

  private static final Map<String, Object> VARIABLE = Map.of("$ref", "#/$defs/variable");

  private final IdentityHashMap<Key<?>, List<Section>> below = new IdentityHashMap<>();
  private final Map<String, Object> defs = new LinkedHashMap<>();

  /** Says what mappings may stand behind a key, or as items of its list. */
  public void hang(Key<?> key, Section... sections) {
    below.put(key, List.of(sections));
  }

  /** What mappings may stand behind a key that does not declare its own. */
  public List<Section> below(Key<?> key) {
    return below.getOrDefault(key, List.of());
  }

  /** The schema of a file with these keys. */
  public Map<String, Object> of(String title, List<Key<?>> keys) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", title);
    define();
    schema.putAll(mapping(keys, ""));
    schema.put("$defs", defs);
    return schema;
  }

  private void define() {
    String name = "\\$\\{[A-Za-z_][A-Za-z0-9_]*";
    defs.put("variable", text(name + "(:-[^}]*)?\\}"));
    defs.put("secret", text("^" + name + "\\}$"));
    defs.put("flag", orVariable(map("type", "boolean")));
    defs.put("duration", orVariable(text(quantity("(us|ms|s|m|h|d)")), map("const", 0)));
    defs.put("size", orVariable(text(quantity("(B|KiB|MiB|GiB)"))));
    defs.put("rate", orVariable(text(quantity("[kM]?")), map("type", "integer", "minimum", 1)));
  }

  private static String quantity(String units) {
    return "^\\d{1,12}(\\.\\d{1,6})? ?" + units + "$";
  }

  private static Map<String, Object> text(String pattern) {
    return map("type", "string", "pattern", pattern);
  }

  private Map<String, Object> mapping(List<Key<?>> keys, String type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Key<?> key : keys) {
      Map<String, Object> property = map("description", description(key));
      property.putAll(key.name.equals("type") && !type.isEmpty() ? map("const", type) : value(key));
      String otherwise = key.otherwise;
      if (otherwise != null && !key.isRequired && key.absent.isEmpty()) {
        property.put("default", literal(key, otherwise));
      }
      properties.put(key.name, property);
    }
    Map<String, Object> mapping = map("type", "object", "additionalProperties", false);
    List<String> required =
        keys.stream().filter(key -> key.isRequired).map(Key::name).toList();
    if (!required.isEmpty()) {
      mapping.put("required", required);
    }
    mapping.put("properties", properties);
    for (Key<?> key : keys) {
      Key<?> instead = key.instead;
      if (instead != null) {
        mapping.put("anyOf", List.of(requires(key), requires(instead)));
      }
    }
    return mapping;
  }

  private static Map<String, Object> requires(Key<?> key) {
    return map("required", List.of(key.name));
  }

  /** The sentence as plain text, with the range where the schema does not check it. */
  private static String description(Key<?> key) {
    String plain = key.sentence
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .replaceAll(",? see (below|above)", "");
    String range = switch (key.form) {
      case DURATION, SIZE, RATE -> "; " + key.lowest + ".." + key.highest;
      default -> "";
    };
    String unit = key.unit.isEmpty() ? "" : "; in " + key.unit;
    return Character.toUpperCase(plain.charAt(0)) + plain.substring(1) + unit + range + ".";
  }

  private Map<String, Object> value(Key<?> key) {
    Map<String, Object> plain = switch (key.form) {
      case TEXT ->
        key.pattern.isEmpty()
            ? map("type", List.of("string", "number", "boolean"))
            : orVariable(map("type", List.of("string", "number"), "pattern", whole(key.pattern)));
      case SECRET -> reference("secret");
      case WORD -> orVariable(map("enum", words(key)));
      case FLAG -> reference("flag");
      case WHOLE -> orVariable(number(key, "integer"));
      case NUMBER -> orVariable(number(key, "number"));
      case DURATION -> reference("duration");
      case SIZE -> reference("size");
      case RATE -> reference("rate");
      case PATH -> map("type", "string");
      case BLOCK -> block(key);
      case LIST -> list(key);
    };
    return key.form == Key.Form.WORD || key.words.isEmpty()
        ? plain
        : map("anyOf", List.of(map("enum", words(key)), plain));
  }

  /** A word that is a number stands without quotes too. */
  private static List<Object> words(Key<?> key) {
    List<Object> words = new ArrayList<>(key.words);
    key.words.stream().filter(word -> word.matches("\\d+")).map(Long::valueOf).forEach(words::add);
    return words;
  }

  /** In the grammar of ECMA-262, which has no possessive repeats. */
  private static String whole(String pattern) {
    return "^(" + pattern.replaceAll("([*+}])\\+", "$1") + ")$";
  }

  private static Map<String, Object> number(Key<?> key, String type) {
    return map(
        "type", type, "minimum", literal(key, key.lowest), "maximum", literal(key, key.highest));
  }

  private static Object literal(Key<?> key, String text) {
    if (text.matches("-?\\d+") && key.form != Key.Form.TEXT) {
      return Long.valueOf(text);
    }
    return key.words.contains(text) ? text : literal(key.form, text);
  }

  private static Object literal(Key.Form form, String text) {
    return switch (form) {
      case FLAG -> Boolean.valueOf(text);
      case NUMBER -> Double.valueOf(text);
      default -> text;
    };
  }

  private Map<String, Object> block(Key<?> key) {
    if (!key.keys.isEmpty()) {
      return mapping(key.keys, "");
    }
    List<Map<String, Object>> ways = below(key).stream().map(this::reference).toList();
    return ways.isEmpty() ? map("type", "object") : oneOf(ways);
  }

  private Map<String, Object> list(Key<?> key) {
    List<Map<String, Object>> ways = new ArrayList<>();
    if (key.item != null) {
      ways.add(value(key.item));
    }
    if (!key.keys.isEmpty()) {
      ways.add(mapping(key.keys, ""));
    }
    below(key).forEach(section -> ways.add(reference(section)));
    Map<String, Object> list = map("type", "array", "items", oneOf(ways));
    return key.isOneOrMore ? map("anyOf", List.of(oneOf(ways), list)) : list;
  }

  private Map<String, Object> reference(Section section) {
    if (!defs.containsKey(section.name)) {
      defs.put(section.name, Map.of());
      defs.put(section.name, mapping(section.keys, section.type));
    }
    return reference(section.name);
  }

  private static Map<String, Object> reference(String name) {
    return map("$ref", "#/$defs/" + name);
  }

  private static Map<String, Object> oneOf(List<Map<String, Object>> ways) {
    return ways.size() == 1 ? ways.get(0) : map("oneOf", ways);
  }

  @SafeVarargs
  private static Map<String, Object> orVariable(Map<String, Object>... ways) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Map<String, Object> way : ways) {
      all.add(way);
    }
    all.add(VARIABLE);
    return map("anyOf", all);
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** A value as JSON, indented by two. */
  public static String json(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, "\n");
    return out.append('\n').toString();
  }

  private static void write(StringBuilder out, Object value, String line) {
    if (value instanceof Map<?, ?> map) {
      String inner = line + "  ";
      out.append('{');
      String before = inner;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(before).append(quoted(entry.getKey())).append(": ");
        write(out, entry.getValue(), inner);
        before = "," + inner;
      }
      out.append(map.isEmpty() ? "}" : line + "}");
    } else if (value instanceof List<?> list) {
      String before = "[";
      for (Object item : list) {
        out.append(before);
        write(out, item, line);
        before = ", ";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof Double number) {
      out.append(Node.shown(number));
    } else {
      out.append(value instanceof String ? quoted(value) : value);
    }
  }

  private static String quoted(Object text) {
    return "\"" + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
