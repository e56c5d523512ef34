package dev.caravan.agent.decode.vss;

import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the mapping that stands for another tool's file. */
public final class VssTemplate {
  private VssTemplate() {}

  /** Its lines, and as remarks the rules of a route's {@code shape} and what is left out, which goes to the warnings of {@code faults} too. */
  public static List<String> of(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    if (!Foreign.is(top)) {
      if (faults.found().isEmpty()) {
        top.fault("want leaves of VSS with dbc2vss, or signalDecoders; there are none");
      }
      return List.of();
    }
    return lines(Foreign.read(top, VssCatalogue.shipped()), faults);
  }

  private static List<String> lines(List<Foreign> found, Faults faults) {
    List<String> lines = new ArrayList<>();
    faults
        .warnings()
        .forEach(warning ->
            lines.add("# " + warning.where() + ": " + warning.what().replaceAll("[\\r\\n]", " ")));
    lines.add(found.isEmpty() ? "signals: []" : "signals:");
    found.forEach(line -> lines.add(line(line.entry())));
    List<Foreign> ruled = found.stream()
        .filter(each -> each.periodMs() > 0 || each.isOnChange())
        .filter(each -> each.entry().change().numbers().isEmpty())
        .toList();
    if (!ruled.isEmpty()) {
      lines.addAll(List.of("", "# in a route, which then sends nothing else:", "# shape:"));
      ruled.forEach(each -> lines.add(rule(each)));
    }
    return lines;
  }

  private static String line(VssEntry entry) {
    VssChange change = entry.change();
    boolean isPlain = change.numbers().isEmpty();
    StringBuilder line = new StringBuilder(isPlain ? "  - {from: " : "  # - {from: ")
        .append(quoted(entry.written()))
        .append(", to: ")
        .append(entry.to());
    if (!entry.unit().isEmpty()) {
      line.append(", unit: ").append(quoted(entry.unit()));
    }
    if (change.isScaled()) {
      line.append(", factor: ").append(VssChange.shown(change.factor()));
      line.append(", offset: ").append(VssChange.shown(change.offset()));
    }
    if (!change.texts().isEmpty()) {
      line.append(", texts: {").append(texts(change.texts())).append('}');
    }
    line.append('}');
    if (!isPlain) {
      line.append("  # right if labels of the signal stand for these numbers: ");
      line.append(numbers(change.numbers()));
    }
    return line.toString();
  }

  private static String texts(Map<String, String> texts) {
    return String.join(
        ", ",
        new TreeMap<>(texts)
            .entrySet().stream()
                .map(text -> quoted(text.getKey()) + ": " + quoted(text.getValue()))
                .toList());
  }

  private static String numbers(Map<String, Double> numbers) {
    return String.join(
        ", ",
        new TreeMap<>(numbers)
            .entrySet().stream()
                .map(number -> quoted(number.getKey()) + " " + VssChange.shown(number.getValue()))
                .toList());
  }

  private static String rule(Foreign each) {
    return "#   - {match: " + each.entry().to()
        + (each.periodMs() > 0 ? ", period: " + each.periodMs() + "ms" : "")
        + (each.isOnChange() ? ", on_change: true" : "") + "}";
  }

  private static String quoted(String text) {
    return new String(JsonText.quoted(text), StandardCharsets.UTF_8);
  }
}
