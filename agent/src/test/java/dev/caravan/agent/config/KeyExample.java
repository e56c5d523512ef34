package dev.caravan.agent.config;

import dev.caravan.agent.config.KeySchema.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example that has every declared key: those in use, and as a comment each other one with what holds without it. Its
 * order and its words are a person's; what is missing in it, or has another default by now, follows from the declarations.
 */
public final class KeyExample {
  private static final Pattern COMMENTED = Pattern.compile("( *)# ( *(?:- )?[a-z0-9_]+:(?: .*)?)");
  private static final Pattern LINE =
      Pattern.compile("( *)(# )?( *)(- )?([a-z0-9_]+):(?: (.*?))?(?: +(# .*))?");
  private static final int COMMENT_COLUMN = 42;

  /** A mapping of the example, and the keys that may stand in it. */
  private record Visit(Node node, List<Key<?>> keys) {}

  private final KeySchema tree;
  private final List<String> lines;
  private final Map<String, List<Visit>> visits = new LinkedHashMap<>();

  private KeyExample(KeySchema tree, List<String> lines) {
    this.tree = tree;
    this.lines = new ArrayList<>(lines);
  }

  /** The lines with every key in use. */
  public static String uncommented(List<String> lines) {
    StringBuilder all = new StringBuilder();
    for (String line : lines) {
      Matcher commented = COMMENTED.matcher(line);
      all.append(commented.matches() ? commented.group(1) + commented.group(2) : line)
          .append('\n');
    }
    return all.toString();
  }

  /** The file as it should be. */
  public static String of(Path file, KeySchema tree, List<Key<?>> keys, Path folder)
      throws IOException {
    KeyExample example = new KeyExample(tree, Files.readAllLines(file));
    Path all = Files.writeString(folder.resolve("all.yaml"), uncommented(example.lines));
    Faults faults = new Faults();
    example.visit(YamlFile.read(all, faults, name -> Optional.of("x")), keys);
    if (!faults.found().isEmpty()) {
      throw new IllegalStateException(faults.found().toString());
    }
    example.renewDefaults();
    example.addMissing();
    return String.join("\n", example.lines) + "\n";
  }

  private void visit(Node node, List<Key<?>> keys) {
    String block = node.path().replaceAll("\\[\\d+\\]", "[]");
    String type = node.keys().contains("type") ? " " + node.at("type").text() : "";
    visits.computeIfAbsent(block + type, first -> new ArrayList<>()).add(new Visit(node, keys));
    for (Key<?> key : keys) {
      Node below = node.at(key);
      for (Node item : below.isList() ? below.items() : List.of(below)) {
        if (item.isMapping() && !key.keys.isEmpty()) {
          visit(item, key.keys);
        }
        for (Section section : tree.below(key)) {
          if (item.isMapping() && fits(section, item)) {
            visit(item, section.keys());
          }
        }
      }
    }
  }

  private static boolean fits(Section section, Node item) {
    return section.type().isEmpty()
        ? section.keys().stream()
            .filter(key -> key.isRequired)
            .allMatch(key -> item.keys().contains(key.name))
        : item.at("type").text().equals(section.type());
  }

  /** Writes the default of each key that stands there as a comment and does not speak of another default. */
  private void renewDefaults() {
    visits
        .values()
        .forEach(all -> all.forEach(visit -> {
          for (Key<?> key : visit.keys) {
            String otherwise = key.otherwise;
            if (otherwise != null && key.absent.isEmpty() && visit.node.keys().contains(key.name)) {
              renew(line(visit.node.at(key)), key.name, otherwise);
            }
          }
        }));
  }

  private void renew(int at, String name, String otherwise) {
    Matcher line = LINE.matcher(lines.get(at));
    boolean isDefault = line.matches()
        && line.group(2) != null
        && line.group(5).equals(name)
        && (line.group(7) == null || !line.group(7).contains("default"));
    if (isDefault && !unquoted(line.group(6)).equals(otherwise)) {
      String head = lines.get(at).substring(0, line.start(6));
      lines.set(at, commented(head + otherwise, line.group(7) == null ? "" : line.group(7)));
    }
  }

  private static String unquoted(String value) {
    return value.replaceAll("^[\"'](.*)[\"']$", "$1");
  }

  private void addMissing() {
    Map<Integer, String> added = new LinkedHashMap<>();
    visits.values().forEach(all -> {
      TreeSet<String> found = new TreeSet<>();
      all.forEach(visit -> found.addAll(visit.node.keys()));
      for (Visit visit : all) {
        for (Key<?> key : visit.keys) {
          if (found.add(key.name)) {
            added.merge(after(visit, key), row(visit, key), (one, other) -> one + "\n" + other);
          }
        }
      }
    });
    added.keySet().stream().sorted((a, b) -> b - a).forEach(at -> lines.add(at, added.get(at)));
  }

  /** Behind what stands before it in the order of the declarations, or behind the first key. */
  private static int after(Visit visit, Key<?> key) {
    int after = line(visit.node) + 1;
    for (Key<?> before : visit.keys.subList(0, visit.keys.indexOf(key))) {
      after = visit.node.keys().contains(before.name) ? last(visit.node.at(before)) + 1 : after;
    }
    return after;
  }

  private static int line(Node node) {
    String[] parts = node.where().split(":", -1);
    return Integer.parseInt(parts[parts.length - 2]) - 1;
  }

  private static int last(Node node) {
    int last = line(node);
    for (Node below :
        node.isList() ? node.items() : node.isMapping() ? values(node) : List.<Node>of()) {
      last = Math.max(last, last(below));
    }
    return last;
  }

  private static List<Node> values(Node node) {
    return List.copyOf(node.entries().values());
  }

  private String row(Visit visit, Key<?> key) {
    Matcher first = LINE.matcher(lines.get(line(visit.node)));
    String blank = first.matches() ? first.group(1) : "";
    String inside = first.matches() && first.group(2) != null ? first.group(3) : "";
    String dash = first.matches() && first.group(4) != null ? "  " : "";
    boolean isComment = first.matches() && first.group(2) != null;
    String head = isComment ? blank + "# " + inside + dash : blank + dash + "# ";
    String otherwise = key.otherwise;
    String value = otherwise == null ? sample(key) : otherwise.isEmpty() ? "\"\"" : otherwise;
    String says = key.sentence.replaceAll("(?:[.;:] |, see ).*|`", "");
    String without = otherwise == null && !key.isRequired
        ? "; default " + (key.absent.isEmpty() ? "none" : key.absent.replace("`", ""))
        : "";
    return commented(head + key.name + ": " + value, "# " + says + without);
  }

  /** The key with a value, if it must be there. */
  public static Optional<String> least(Key<?> key) {
    return key.isRequired ? Optional.of(key.name + ": " + sample(key)) : Optional.empty();
  }

  private static String sample(Key<?> key) {
    return switch (key.form) {
      case WORD -> key.words.get(0);
      case BLOCK -> "{}";
      case LIST -> "[]";
      case WHOLE, NUMBER, DURATION, SIZE, RATE -> key.highest;
      case SECRET -> "${NAME}";
      default -> key.name;
    };
  }

  private static String commented(String text, String comment) {
    String blank = " ".repeat(Math.max(1, COMMENT_COLUMN - text.length()));
    return comment.isEmpty() ? text : text + blank + comment;
  }
}
