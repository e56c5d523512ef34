package dev.caravan.agent.decode.line;

import com.google.re2j.Matcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of one message of text, by where the table says that they stand; empty if the message is none of it. */
final class TextFields {
  private TextFields() {}

  static Optional<Map<String, String>> of(LineTable table, String message) {
    if (!message.startsWith(table.begins())) {
      return Optional.empty();
    }
    return switch (table.form()) {
      case CSV -> Optional.of(columns(table, message));
      case KEY_VALUE -> pairs(table, message);
      case JSON -> json(message);
      case PATTERN, BINARY -> groups(table, message);
    };
  }

  private static Map<String, String> columns(LineTable table, String message) {
    Map<String, String> columns = new HashMap<>();
    List<String> found = split(message, table.separator());
    for (int i = 0; i < found.size(); i++) {
      columns.put(Integer.toString(i + 1), found.get(i).strip());
    }
    return columns;
  }

  private static List<String> split(String text, String separator) {
    // blanks as a separator may come in runs, other ones make empty columns
    return separator.isBlank()
        ? List.of(text.strip().split("\\s+", -1))
        : List.of(text.split(java.util.regex.Pattern.quote(separator), -1));
  }

  private static Optional<Map<String, String>> pairs(LineTable table, String message) {
    Map<String, String> pairs = new HashMap<>();
    String rest = message.substring(table.begins().length());
    for (String pair : split(rest, table.separator())) {
      int equals = pair.indexOf(table.equals());
      if (equals > 0) {
        pairs.put(
            pair.substring(0, equals).strip(),
            pair.substring(equals + table.equals().length()).strip());
      }
    }
    return pairs.isEmpty() ? Optional.empty() : Optional.of(pairs);
  }

  private static Optional<Map<String, String>> json(String message) {
    try {
      return Optional.of(JsonText.values(message));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // counted as a message that nobody knows
    }
  }

  private static Optional<Map<String, String>> groups(LineTable table, String message) {
    PatternReading.Compiled compiled = table.pattern().orElseThrow();
    Matcher match = compiled.matcher().reset(message);
    if (!match.matches()) {
      return Optional.empty();
    }
    Map<String, String> groups = new HashMap<>();
    for (Field field : table.fields()) {
      Integer group = compiled.groups().get(field.from());
      String found = group == null ? null : match.group(group);
      if (found != null) {
        groups.put(field.from(), found.strip());
      }
    }
    return Optional.of(groups);
  }
}
