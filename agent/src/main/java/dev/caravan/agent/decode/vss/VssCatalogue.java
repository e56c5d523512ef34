package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.Spelling;
import dev.caravan.agent.config.YamlFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The leaves of one release of the Vehicle Signal Specification: 4.2, which lies in the jar, or a file that COVESA's exporters make as JSON, YAML or CSV, instances
 * expanded or not.
 *
 * @see "COVESA Vehicle Signal Specification, rule set"
 */
final class VssCatalogue {
  // of a node of the catalogue, as the specification names them
  private static final Key<String> DATATYPE = Key.text("datatype");
  private static final Key<String> UNIT = Key.text("unit");
  private static final Key<Node> INSTANCES = Key.list("instances");
  private static final Key<Node> CHILDREN = Key.block("children");

  /** One leaf; its unit is empty where it has none. */
  record Leaf(String datatype, String unit) {}

  private final String name;
  private final Map<String, Leaf> leaves = new HashMap<>();
  private final Set<String> branches = new HashSet<>();

  /** How many levels of instances stand behind a branch, where the file does not spell them out. */
  private final Map<String, Integer> instances = new HashMap<>();

  private VssCatalogue(String name) {
    this.name = name;
  }

  /** That of the jar. */
  static VssCatalogue shipped() {
    VssCatalogue catalogue = new VssCatalogue("VSS 4.2");
    catalogue.table(VssTable.shipped());
    return catalogue;
  }

  /** Reads another release; what is wrong goes to {@code faults}. */
  static VssCatalogue read(Path file, Faults faults) {
    VssCatalogue catalogue = new VssCatalogue(String.valueOf(file.getFileName()));
    String lower = catalogue.name.toLowerCase(Locale.ROOT);
    int before = faults.found().size();
    if (lower.endsWith(".csv") || lower.endsWith(".tsv")) {
      catalogue.table(VssTable.read(file, faults));
    } else {
      catalogue.tree("", YamlFile.read(file, faults));
    }
    if (catalogue.leaves.isEmpty() && faults.found().size() == before) {
      faults.add(
          file.toString(), "no leaf of VSS in it; want JSON, YAML or CSV as vspec exports it");
    }
    return catalogue;
  }

  private void table(List<VssTable.Row> rows) {
    rows.forEach(row -> add(row.path(), row.datatype(), row.unit()));
  }

  private void add(String path, String datatype, String unit) {
    if (!datatype.isEmpty()) {
      leaves.put(path, new Leaf(datatype, unit));
    }
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      branches.add(path.substring(0, dot));
    }
  }

  /** Nested by {@code children}, as JSON is, or with whole paths as keys, as YAML is. */
  private void tree(String above, Node nodes) {
    if (!nodes.isMapping()) {
      return;
    }
    nodes.entries().forEach((key, node) -> {
      String path = above.isEmpty() ? key : above + "." + key;
      if (!node.isMapping()) {
        return;
      }
      add(path, node.at(DATATYPE).text(""), node.at(UNIT).text(""));
      Node instanced = node.at(INSTANCES);
      if (instanced.isPresent()) {
        instances.put(path, levels(instanced));
      }
      if (node.at(CHILDREN).isPresent()) {
        branches.add(path);
        tree(path, node.at(CHILDREN));
      }
    });
  }

  /** {@code ["Row[1,2]", ["Left", "Right"]]} are two, {@code ["Left", "Right"]} and {@code Row[1,4]} one. */
  private static int levels(Node instanced) {
    if (!instanced.isList()) {
      return 1;
    }
    long own = instanced.items().stream()
        .filter(item -> item.isList() || item.text().contains("["))
        .count();
    return Math.max(1, (int) own);
  }

  /** What it is called, for messages. */
  String name() {
    return name;
  }

  Optional<Leaf> leaf(String path) {
    Leaf leaf = leaves.get(path);
    return Optional.ofNullable(leaf == null ? leaves.get(withoutInstances(path)) : leaf);
  }

  private String withoutInstances(String path) {
    if (instances.isEmpty()) {
      return path;
    }
    String found = "";
    int skip = 0;
    for (String level : path.split("\\.", -1)) {
      if (skip > 0) {
        skip--;
      } else {
        found = found.isEmpty() ? level : found + "." + level;
        skip = instances.getOrDefault(found, 0);
      }
    }
    return found;
  }

  boolean isBranch(String path) {
    return branches.contains(path);
  }

  /** Whether a path belongs to the trees of this catalogue, or would but for a slip of the pen at its root. */
  boolean isOfTree(String path) {
    Set<String> roots = new HashSet<>();
    branches.forEach(branch -> roots.add(root(branch)));
    return Spelling.nearest(root(path), roots).isPresent();
  }

  private static String root(String path) {
    return path.substring(0, path.indexOf('.') < 0 ? path.length() : path.indexOf('.'));
  }

  Optional<String> nearest(String path) {
    return Spelling.nearest(path, leaves.keySet());
  }
}
