package dev.caravan.agent.decode.line;

import java.util.HashMap;
import java.util.Map;

/**
 * The plain values of one JSON text (RFC 8259) by their paths, {@code wind.speed}, {@code targets[0].v}: strings without
 * quotes, numbers as they stand, null as an empty text, false and true as 0 and 1.
 */
final class JsonText {
  private static final int DEEPEST = 16;

  private final String text;
  private final Map<String, String> values = new HashMap<>();
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is not JSON, or nested over {@value #DEEPEST} deep
   */
  static Map<String, String> values(String text) {
    JsonText reading = new JsonText(text);
    reading.value("", 0);
    reading.skipBlanks();
    if (reading.at != text.length()) {
      throw reading.wrong();
    }
    return reading.values;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("json: column=" + (at + 1) + "; not what JSON has there");
  }

  private char next() {
    if (at == text.length()) {
      throw wrong();
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw wrong();
    }
    at++;
  }

  /** Steps over a character if it is the next one. */
  private boolean takes(char wanted) {
    skipBlanks();
    if (next() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void value(String path, int depth) {
    if (depth > DEEPEST) {
      throw wrong();
    }
    skipBlanks();
    switch (next()) {
      case '{' -> object(path, depth);
      case '[' -> array(path, depth);
      case '"' -> values.put(path, string());
      default -> values.put(path, word());
    }
  }

  private void object(String path, int depth) {
    at++;
    if (takes('}')) {
      return;
    }
    do {
      skipBlanks();
      String key = string();
      skipBlanks();
      expect(':');
      value(path.isEmpty() ? key : path + "." + key, depth + 1);
    } while (takes(','));
    expect('}');
  }

  private void array(String path, int depth) {
    at++;
    if (takes(']')) {
      return;
    }
    int index = 0;
    do {
      value(path + "[" + index++ + "]", depth + 1);
    } while (takes(','));
    expect(']');
  }

  private String string() {
    expect('"');
    StringBuilder found = new StringBuilder();
    while (next() != '"') {
      char one = text.charAt(at++);
      found.append(one == '\\' ? escaped() : one);
    }
    at++;
    return found.toString();
  }

  private char escaped() {
    char one = next();
    at++;
    return switch (one) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> one;
      case 'u' -> {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
          throw wrong();
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw wrong();
    };
  }

  private String word() {
    int from = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String found = text.substring(from, at);
    return switch (found) {
      case "null" -> "";
      case "true" -> "1";
      case "false" -> "0";
      default -> {
        if (!found.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
          throw wrong();
        }
        yield found;
      }
    };
  }
}
