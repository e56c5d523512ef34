package dev.caravan.agent.config;

import dev.caravan.agent.config.Node.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * What somebody who wrote a file that is not YAML meant, as far as its line tells: most often a text that has to stand in
 * quotes. Has no state beside what it was made of.
 */
final class YamlMistake {
  /** Characters that a plain text does not begin with. */
  private static final String INDICATORS = "*&!%@`|>?{}[],#\"'";

  private static final Pattern GLUED = Pattern.compile("\\s*(?:- )*([A-Za-z_]\\w*):(\\S.*)");

  private final Place place;
  private final String words;

  private YamlMistake(Place place, String words) {
    this.place = place;
    this.words = "not YAML: " + words;
  }

  Place place() {
    return place;
  }

  String words() {
    return words;
  }

  static YamlMistake of(String text, MarkedYamlEngineException e) {
    List<String> lines = text.lines().toList();
    Place at = e.getProblemMark().map(YamlMistake::place).orElse(new Place(1, 1));
    Place from = e.getContextMark().map(YamlMistake::place).orElse(at);
    String problem = String.valueOf(e.getProblem());
    if (e.getContext() != null && e.getContext().isEmpty()) {
      // one of our bounds
      return new YamlMistake(at, problem);
    }
    if (problem.contains("TAB")) {
      return new YamlMistake(at, "a tab before the text; want blanks");
    } else if (problem.contains("end of stream") && from.line() < at.line()) {
      return new YamlMistake(from, "a quote that is not closed");
    } else if (problem.startsWith("expected ',' or") && from.line() < at.line()) {
      return new YamlMistake(from, "a bracket that is not closed");
    }
    if (at.line() > lines.size()) {
      return new YamlMistake(at, bare(problem));
    }
    String line = lines.get(at.line() - 1);
    int mark = Math.min(at.column() - 1, line.length());
    Value value = value(line, mark);
    if (value.start == indent(line)) {
      return outline(lines, at, from, line, problem);
    }
    return quotes(value, problem)
        .map(told -> new YamlMistake(new Place(at.line(), value.start + 1), told))
        .orElseGet(() -> new YamlMistake(at, bare(problem)));
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** Without the remark that YAML's reader makes of each such character. */
  private static String bare(String problem) {
    return problem
        .replaceAll("\\. \\(Do not use .*", "")
        .replaceAll("\\(\\d+\\)$", "")
        .strip();
  }

  /** A line that does not fit those above it. */
  private static YamlMistake outline(
      List<String> lines, Place at, Place from, String line, String problem) {
    String before = at.line() > 1 ? lines.get(at.line() - 2) : "";
    Matcher glued = GLUED.matcher(before);
    if (glued.matches() && !before.contains(": ")) {
      return new YamlMistake(
          new Place(at.line() - 1, glued.end(1) + 1),
          "want a blank behind the colon: '" + glued.group(1) + ": " + glued.group(2) + "'");
    }
    if (problem.startsWith("could not find expected ':'")) {
      String found = lines.get(Math.min(from.line(), lines.size()) - 1).strip();
      return new YamlMistake(from, "want KEY: VALUE, got '" + found + "'");
    }
    String first = line.strip();
    if (INDICATORS.indexOf(first.charAt(0)) >= 0) {
      return new YamlMistake(at, bare(problem));
    }
    return new YamlMistake(
        new Place(at.line(), indent(line) + 1),
        "the indentation fits no line above it, got " + indent(line) + " blanks");
  }

  /** What is to be written instead; nothing if quotes would not help. */
  private static Optional<String> quotes(Value value, String problem) {
    String text = value.text;
    if (text.isEmpty()) {
      return Optional.empty();
    }
    char first = text.charAt(0);
    if (first == '"' || first == '\'') {
      boolean isPair = text.length() > 1 && text.charAt(text.length() - 1) == first;
      String inner = isPair ? text.substring(1, text.length() - 1) : text;
      return Optional.of(
          problem.contains("escape")
              ? "in double quotes a \\ begins an escape; put it in single quotes: " + single(inner)
              : "text goes on behind its closing quote; put all of it in quotes: " + quoted(inner));
    }
    if (INDICATORS.indexOf(first) >= 0) {
      return Optional.of(
          "a text that begins with " + first + "; put it in quotes: " + quoted(text));
    }
    String odd = text.contains("${")
        ? "${}"
        : text.contains(": ") ? "': '" : text.matches(".*[\\[\\]{}].*") ? "brackets" : "";
    return odd.isEmpty()
        ? Optional.empty()
        : Optional.of("a text with " + odd + " in it; put it in quotes: " + quoted(text));
  }

  /** A text as YAML takes it, whatever is in it. */
  static String quoted(String text) {
    return text.contains("\"") || text.contains("\\") ? single(text) : '"' + text + '"';
  }

  private static String single(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Where a value begins in its line, from 0, and all of it. */
  private record Value(int start, String text) {}

  /** The value in which a place of a line lies. */
  private static Value value(String line, int mark) {
    int start = indent(line);
    int depth = 0;
    int variables = 0;
    for (int i = start; i < mark; i++) {
      char c = line.charAt(i);
      char next = i + 1 < line.length() ? line.charAt(i + 1) : ' ';
      if ((c == '"' || c == '\'') && i == start) {
        int close = line.indexOf(c, i + 1);
        i = close < 0 || close >= mark ? mark : close;
      } else if (c == '$' && next == '{') {
        variables++;
        i++;
      } else if ((c == '{' || c == '[') && i == start) {
        depth++;
        start = skipBlanks(line, i + 1);
      } else if (c == '}' && variables > 0) {
        variables--;
      } else if (c == '}' || c == ']') {
        depth = Math.max(0, depth - 1);
      } else if ((c == ':' && next == ' ')
          || (c == '-' && next == ' ' && i == start)
          || (c == ',' && depth > 0)) {
        start = skipBlanks(line, i + 1);
      }
    }
    return new Value(
        start,
        line.substring(Math.min(start, line.length()), end(line, start, depth)).strip());
  }

  private static int skipBlanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /** Behind the last character of a value; brackets that it opens itself are part of it. */
  private static int end(String line, int start, int depth) {
    int open = 0;
    for (int i = start; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean isClosing = c == '}' || c == ']';
      if (i > start && (c == '{' || c == '[')) {
        open++;
      } else if (isClosing && open > 0) {
        open--;
      } else if (i > start && depth > 0 && open == 0 && (c == ',' || isClosing)) {
        return i;
      } else if (i > start && c == '#' && line.charAt(i - 1) == ' ') {
        return i;
      }
    }
    return line.length();
  }
}
