package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds the lines of a mapping against a catalogue of VSS, and warns of what does not fit it. */
final class VssCheck {
  private record Range(double least, double most) {}

  private static final Map<String, Range> WHOLE = Map.of(
      "int8", new Range(Byte.MIN_VALUE, Byte.MAX_VALUE),
      "uint8", new Range(0, 0xFF),
      "int16", new Range(Short.MIN_VALUE, Short.MAX_VALUE),
      "uint16", new Range(0, 0xFFFF),
      "int32", new Range(Integer.MIN_VALUE, Integer.MAX_VALUE),
      "uint32", new Range(0, 0xFFFF_FFFFL),
      "int64", new Range(Long.MIN_VALUE, Long.MAX_VALUE),
      "uint64", new Range(0, 0x1p64));
  private static final List<String> FLOATING = List.of("float", "double");

  private final VssCatalogue catalogue;
  private final List<String> own;

  /** With the prefixes of paths that are the operator's own. */
  VssCheck(VssCatalogue catalogue, List<String> own) {
    this.catalogue = catalogue;
    this.own = List.copyOf(own);
  }

  /** What is listed, and any branch that is called private. */
  private boolean isOwn(String path) {
    return path.contains(".Private.")
        || own.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "."));
  }

  /** The path of a line. */
  void path(VssEntry entry) {
    String path = entry.to();
    // what is no path is a fault already
    if (!VssEntry.PATH.matcher(path).matches()
        || isOwn(path)
        || catalogue.leaf(path).isPresent()
        || !catalogue.isOfTree(path)) {
      return;
    }
    Node to = entry.node().at(VssEntry.TO);
    if (catalogue.isBranch(path)) {
      to.warn(path + " is a branch of " + catalogue.name() + "; want one of its leaves");
      return;
    }
    to.warn(path + " is not in " + catalogue.name()
        + catalogue
            .nearest(path)
            .map(near -> "; did you mean " + near + "?")
            .orElse("; if it is meant, name its branch in own"));
  }

  /** What a line makes of a signal. */
  void signal(VssEntry entry, SignalSpec named) {
    Optional<VssCatalogue.Leaf> leaf =
        isOwn(entry.to()) ? Optional.empty() : catalogue.leaf(entry.to());
    leaf.ifPresent(wanted -> {
      if (type(entry, named, wanted.datatype())) {
        unit(entry, named, wanted.unit());
      }
    });
  }

  private boolean type(VssEntry entry, SignalSpec named, String type) {
    boolean isNumber = named.kind().isNumber();
    Range range = WHOLE.get(type);
    if (type.equals("string") && isNumber && named.labels().isEmpty()) {
      odd(entry, "a text", "a number; want labels");
    } else if (!isNumber && (range != null || FLOATING.contains(type) || type.equals("boolean"))) {
      odd(entry, type.equals("boolean") ? "true or false" : "a number", "a text");
    } else if (type.equals("boolean")
        && (named.factor() != 1 || named.offset() != 0 || isFloat(named))) {
      odd(entry, "true or false", "a number with a scale");
    } else if (range != null && (named.min() < range.least || named.max() > range.most)) {
      odd(entry, type, "from " + named.min() + " to " + named.max());
    } else {
      return !type.equals("string") && !type.equals("boolean");
    }
    return false;
  }

  private static boolean isFloat(SignalSpec named) {
    return named.kind() == Kind.FLOAT || named.kind() == Kind.DOUBLE;
  }

  private void unit(VssEntry entry, SignalSpec named, String wanted) {
    String unit = named.unit();
    if (wanted.isEmpty() || wanted.equals(unit) || isSame(unit, wanted)) {
      return;
    }
    String found = unit.isEmpty() ? "has no unit" : "in '" + unit + "'";
    odd(entry, "in " + wanted, found + "; want unit: " + wanted);
  }

  private static boolean isSame(String unit, String wanted) {
    List<Unit> targets = UnitTable.find(wanted);
    return UnitTable.find(unit).stream().anyMatch(each -> targets.stream().anyMatch(each::isSame));
  }

  private void odd(VssEntry entry, String wanted, String found) {
    entry
        .node()
        .warn(entry.to() + " is " + wanted + " in " + catalogue.name() + ", and " + entry.from()
            + (found.startsWith("has ") ? " " : " is ") + found);
  }
}
