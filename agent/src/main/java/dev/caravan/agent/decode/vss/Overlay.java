package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A tree of VSS whose leaves say by {@code dbc2vss} which signal of a DBC file they come from, as the CAN provider of Eclipse
 * KUKSA reads it: an overlay (vspec, with whole paths as keys) or what vspec makes of it as JSON. A signal is known by its name in
 * any message.
 */
final class Overlay {
  private static final long USUAL_PERIOD_MS = 1000;
  private static final long MOST_PERIOD_MS = 7L * 24 * 3600 * 1000;

  // of a tree, as vspec names them
  private static final Key<Node> CHILDREN = Key.block("children");
  private static final Key<String> DATATYPE = Key.text("datatype");
  private static final Key<String> UNIT = Key.text("unit");

  // of a leaf and below, as the provider names them
  private static final List<Key<Node>> READ = List.of(Key.block("dbc2vss"), Key.block("dbc"));
  private static final Key<Node> WRITTEN = Key.block("vss2dbc");
  private static final Key<String> SIGNAL = Key.text("signal");
  private static final Key<Long> INTERVAL = Key.large("interval_ms", 0, MOST_PERIOD_MS);
  private static final Key<Boolean> ON_CHANGE = Key.flag("on_change", false);
  private static final Key<Node> TRANSFORM = Key.block("transform");
  private static final Key<Node> MULTIPLEXER = Key.list("multiplexer");
  private static final Set<String> KNOWN = Stream.of(
          SIGNAL, INTERVAL, ON_CHANGE, TRANSFORM, MULTIPLEXER)
      .map(Key::name)
      .collect(Collectors.toSet());
  private static final Key<String> MATH = Key.text("math");
  private static final Key<Node> MAPPING = Key.list("mapping");
  private static final Key<String> FROM = Key.text("from");
  private static final Key<String> TO = Key.text("to");

  private static final String KEEPS = "; the signal keeps its decoder's name";

  private final VssCatalogue catalogue;
  private final List<Foreign> found = new ArrayList<>();
  private boolean isMapped;

  Overlay(VssCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Whether a file has the names of a tree, which begin in upper case, as its keys. */
  static boolean is(Node top) {
    return top.isMapping() && top.keys().stream().anyMatch(key -> key.matches("[A-Z].*"));
  }

  List<Foreign> read(Node top) {
    tree("", top);
    if (!isMapped) {
      top.fault(
          "no leaf has dbc2vss; want one that does, or a mapping, signals: [{from, to, unit}]");
    }
    return found;
  }

  private void tree(String above, Node nodes) {
    nodes.entries().forEach((key, node) -> {
      String path = above.isEmpty() ? key : above + "." + key;
      if (node.isMapping()) {
        leaf(path, node);
        if (node.at(CHILDREN).isPresent()) {
          tree(path, node.at(CHILDREN));
        }
      }
    });
  }

  private void leaf(String path, Node leaf) {
    if (leaf.at(WRITTEN).isPresent()) {
      Foreign.leaveOut(leaf.at(WRITTEN), "nothing is written to a bus");
    }
    List<Node> mapped = READ.stream().map(leaf::at).filter(Node::isPresent).toList();
    if (mapped.isEmpty()) {
      return;
    }
    isMapped = true;
    if (mapped.size() > 1) {
      mapped.get(1).fault("want dbc2vss or dbc, which is the same, got both");
    }
    Node from = mapped.get(0);
    if (!from.isMapping()) {
      from.fault("want {signal: NAME}");
    } else if (!VssEntry.PATH.matcher(path).matches()) {
      from.fault("want a VSS path above it as Vehicle.Speed, got '" + path + "'");
    } else {
      mapped(path, leaf, from);
    }
  }

  private void mapped(String path, Node leaf, Node from) {
    String signal = from.at(SIGNAL).text();
    if (from.at(SIGNAL).isPresent() && !signal.matches("[^\\s.*]+")) {
      from.at(SIGNAL).fault("want the name of a DBC signal, got '" + signal + "'");
    }
    from.keys().stream()
        .filter(key -> !KNOWN.contains(key))
        .forEach(key -> Foreign.leaveOut(from.at(key), "not known here"));
    boolean isOnChange = from.get(ON_CHANGE);
    long periodMs = from.find(INTERVAL).orElse(isOnChange ? 0 : USUAL_PERIOD_MS);
    if (from.at(MULTIPLEXER).isPresent()) {
      Foreign.leaveOut(
          from.at(MULTIPLEXER),
          "the DBC file itself must say which multiplexor " + signal + " hangs on" + KEEPS);
      return;
    }
    change(path, leaf, from.at(TRANSFORM)).ifPresent(change -> {
      // without a formula the value is the decoder's, and so is its unit
      String unit = change.isScaled() ? unit(path, leaf) : "";
      VssEntry entry = VssEntry.foreign(from, "*." + signal, path, unit, change);
      found.add(new Foreign(entry, periodMs, isOnChange));
    });
  }

  private String unit(String path, Node leaf) {
    return leaf.at(UNIT).text(catalogue.leaf(path).map(VssCatalogue.Leaf::unit).orElse(""));
  }

  private Optional<VssChange> change(String path, Node leaf, Node transform) {
    if (!transform.isPresent()) {
      return Optional.of(VssChange.NONE);
    }
    List<String> kinds = transform.isMapping() ? transform.keys() : List.of();
    if (kinds.contains(MATH.name()) == kinds.contains(MAPPING.name())) {
      transform.fault("want {math: FORMULA} or {mapping: [{from: .., to: ..}]}");
      return Optional.empty();
    }
    Node math = transform.at(MATH);
    Node mapping = transform.at(MAPPING);
    String type = leaf.at(DATATYPE)
        .text(catalogue.leaf(path).map(VssCatalogue.Leaf::datatype).orElse(""));
    return math.isPresent() ? formula(math) : mapping(mapping, type.equals("string"));
  }

  private static Optional<VssChange> formula(Node math) {
    String text = math.text();
    Optional<Linear> linear = Linear.of(text);
    if (linear.isEmpty()) {
      Foreign.leaveOut(math, "'" + text + "' is more than a factor and an offset of x" + KEEPS);
    } else if (!linear.get().rounding().isEmpty()) {
      math.warn("'" + text + "': the rounding is left out, values keep their fractions");
    }
    return linear.map(by -> VssChange.scaled(by.factor(), by.offset()));
  }

  /** Labels become labels; numbers stay as they are, or the line is left out. */
  private static Optional<VssChange> mapping(Node mapping, boolean isText) {
    if (!mapping.isList() || mapping.items().isEmpty()) {
      mapping.fault("want a list of {from: .., to: ..}");
      return Optional.empty();
    }
    Map<String, String> texts = new HashMap<>();
    Map<String, Double> numbers = new HashMap<>();
    for (Node item : mapping.items()) {
      if (!item.isMapping() || !item.at(FROM).isPresent() || !item.at(TO).isPresent()) {
        item.fault("want {from: .., to: ..}");
        return Optional.empty();
      }
      String from = item.at(FROM).text();
      String to = item.at(TO).text();
      Double number = to.equals("true")
          ? Double.valueOf(1)
          : to.equals("false") ? Double.valueOf(0) : VssChange.number(to);
      if (isText || number == null) {
        texts.put(from, to);
      } else {
        numbers.put(from, number);
      }
    }
    if (!texts.isEmpty() && !numbers.isEmpty()) {
      Foreign.leaveOut(mapping, "it makes texts and numbers of one signal" + KEEPS);
      return Optional.empty();
    }
    if (!texts.isEmpty()) {
      return Optional.of(VssChange.texts(texts));
    }
    if (!numbers.keySet().stream().allMatch(from -> VssChange.number(from) != null)) {
      return Optional.of(VssChange.numbers(numbers));
    }
    boolean isSame = numbers.entrySet().stream()
        .allMatch(number -> number.getValue().equals(VssChange.number(number.getKey())));
    if (!isSame) {
      Foreign.leaveOut(mapping, "it makes other numbers of numbers" + KEEPS);
    }
    return isSame ? Optional.of(VssChange.NONE) : Optional.empty();
  }
}
