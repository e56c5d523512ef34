package dev.caravan.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table of a reference that declared keys make: a row for each, and one for each key of a mapping that it declares itself. */
public final class KeyTable {
  private static final String HEAD = "| key | meaning | unit | default | range |";

  private KeyTable() {}

  /** Its lines. */
  public static List<String> of(List<Key<?>> keys) {
    List<String> lines = new ArrayList<>(List.of(HEAD, "|---|---|---|---|---|"));
    add(lines, "", keys);
    return lines;
  }

  /** Whether a line is the first of such a table. */
  public static boolean begins(String line) {
    return line.equals(HEAD);
  }

  /** A file in which what holds without a key is written; none where that is nothing, or a word that its room knows. */
  public static Optional<String> usual(Key<?> key) {
    return Optional.ofNullable(key.otherwise)
        .filter(text -> !text.isEmpty() && (key.form == Key.Form.WORD || !key.words.contains(text)))
        .map(text -> key.name + ": " + (key.form == Key.Form.TEXT ? "'" + text + "'" : text));
  }

  private static void add(List<String> lines, String above, List<Key<?>> keys) {
    for (Key<?> key : keys) {
      lines.add(
          List.of("`" + above + key.name + "`", key.sentence, unit(key), absent(key), range(key))
              .stream()
              .map(cell -> cell.replace("|", "\\|"))
              .map(cell -> cell.isEmpty() ? " |" : " " + cell + " |")
              .collect(Collectors.joining("", "|", "")));
      add(lines, above + key.name + ".", key.keys);
    }
  }

  private static String unit(Key<?> key) {
    if (!key.unit.isEmpty()) {
      return key.unit;
    }
    return switch (key.form) {
      case DURATION -> "duration";
      case SIZE -> "size";
      case PATH -> "path";
      case LIST -> key.item == null ? "" : unit(key.item);
      default -> "";
    };
  }

  private static String absent(Key<?> key) {
    if (!key.absent.isEmpty()) {
      return key.absent;
    }
    if (key.isRequired) {
      return "required";
    }
    String otherwise = key.otherwise;
    return otherwise == null || otherwise.isEmpty() ? "none" : shown(key, otherwise);
  }

  private static String shown(Key<?> key, String value) {
    boolean isNumber = switch (key.form) {
      case WHOLE, NUMBER, RATE -> !key.words.contains(value);
      default -> false;
    };
    return isNumber ? value : "`" + value + "`";
  }

  private static String range(Key<?> key) {
    String range = key.range.isEmpty() ? checked(key) : key.range;
    return key.limit.isEmpty() ? range : range + "; " + key.limit;
  }

  /** What the reading of it lets pass. */
  private static String checked(Key<?> key) {
    if (key.form == Key.Form.FLAG) {
      return "`true` `false`";
    }
    if (key.form == Key.Form.LIST) {
      return key.item == null ? "" : checked(key.item);
    }
    String words =
        key.words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(" "));
    // what nobody wants bounded is bounded so far out
    if (key.highest.isEmpty() || key.lowest.equals("-1e300")) {
      return words;
    }
    String lowest = shown(key, key.lowest);
    String range =
        key.lowest.equals(key.highest) ? lowest : lowest + ".." + shown(key, key.highest);
    return words.isEmpty() ? range : words + ", " + range;
  }
}
