package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the tables of agent/METRICS.md against what is declared; with {@code -Dwrite} it writes them. */
class MetricsTableTest {
  private static final Path PAGE = Path.of("METRICS.md");

  /** In the order of the page. */
  private static final List<Metric.Label> TABLES = List.of(Metric.Label.values());

  private static final Pattern TABLE = Pattern.compile("\\| metric \\|.*\\n(\\|.*\\n)*");

  @Test
  void thePageHasEveryMetricAsItIsDeclared() throws IOException {
    String page = Files.readString(PAGE);
    StringBuilder wanted = new StringBuilder();
    Matcher table = TABLE.matcher(page);
    for (Metric.Label label : TABLES) {
      assertTrue(table.find(), "no table for " + label);
      table.appendReplacement(wanted, Matcher.quoteReplacement(table(label)));
    }
    assertFalse(table.find(), "one table for each label");
    table.appendTail(wanted);
    if (System.getProperty("write") != null) {
      Files.writeString(PAGE, wanted);
      return;
    }
    assertEquals(
        wanted.toString(),
        page,
        "mvn -pl agent -am test -Dtest=MetricsTableTest -Dwrite writes it");
  }

  @Test
  void thePageOfLossesNamesCountersAndClassesThatAreThere() throws IOException {
    String page = Files.readString(Path.of("LOSSES.md"));
    Path code = Path.of("src/main/java/dev/caravan/agent");
    String counters = page.substring(0, page.indexOf("## Where it is in the code"))
        .lines()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2)))
        .collect(Collectors.joining());
    Matcher counter = Pattern.compile("`([a-z0-9]+\\.[a-z_]+)`").matcher(counters);
    Set<String> missing = new TreeSet<>();
    int found = 0;
    for (; counter.find(); found++) {
      if (!Declared.all().containsKey(counter.group(1))) {
        missing.add(counter.group(1));
      }
    }
    Matcher named = Pattern.compile("`([a-z0-9/]+/[A-Z]\\w*)`").matcher(page);
    for (; named.find(); found++) {
      if (!Files.exists(code.resolve(named.group(1) + ".java"))) {
        missing.add(named.group(1));
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(found > 50, "the page has a new form");
  }

  private static String table(Metric.Label label) {
    StringBuilder out = new StringBuilder("""
        | metric | unit | what it counts | what to do when it rises |
        |---|---|---|---|
        """);
    for (Metric metric : Declared.all().values()) {
      if (metric.label() == label) {
        String gauge = metric instanceof Metric.Level ? "gauge; " : "";
        String name = "`" + metric.name() + "`";
        row(out, name, metric.unit(), gauge + metric.help(), metric.action());
        Declared.notes().stream()
            .filter(note -> note.metric().equals(metric))
            .sorted(Comparator.comparing(Metric.Note::type))
            .forEach(note -> row(
                out, name + " (" + note.type() + ")", metric.unit(), note.help(), note.action()));
      }
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String... cells) {
    for (String cell : cells) {
      out.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    out.append("|\n");
  }

  @Test
  void everyDeclarationSaysAllOfItInWordsThatEveryReaderTakes() {
    for (Metric metric : Declared.all().values()) {
      assertTrue(metric.name().matches("[a-z0-9]+(\\.[a-z_]+)?"), metric.name());
      for (String words : List.of(metric.unit(), metric.help(), metric.action())) {
        assertTrue(words.matches("[^\\n\\\\]*[^\\s\\\\]"), metric.name() + ": " + words);
      }
    }
    for (Metric.Note note : Declared.notes()) {
      assertTrue(Declared.all().containsValue(note.metric()), note.toString());
      assertFalse(note.help().isBlank() || note.action().isBlank(), note.toString());
    }
  }
}
