package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A line that another tool's file stands for.
 *
 * @param entry the line
 * @param periodMs at most one sample in this time; 0 for all
 * @param isOnChange whether only changes are sent
 */
record Foreign(VssEntry entry, long periodMs, boolean isOnChange) {
  /** Whether a file is one of another tool, and no mapping. */
  static boolean is(Node top) {
    return DecoderManifest.is(top) || Overlay.is(top);
  }

  /** Reads one; what it has beyond a mapping is warned of by name. */
  static List<Foreign> read(Node top, VssCatalogue catalogue) {
    return unlike(
        DecoderManifest.is(top) ? DecoderManifest.read(top) : new Overlay(catalogue).read(top));
  }

  /** A signal has one name, and a name one signal. */
  private static List<Foreign> unlike(List<Foreign> lines) {
    Map<String, VssEntry> byFrom = new HashMap<>();
    Map<String, VssEntry> byPath = new HashMap<>();
    List<Foreign> found = new ArrayList<>();
    for (Foreign line : lines) {
      VssEntry entry = line.entry();
      VssEntry sameTo = byPath.putIfAbsent(entry.to(), entry);
      VssEntry sameFrom = byFrom.putIfAbsent(entry.from(), entry);
      if (sameTo != null) {
        entry
            .node()
            .fault(entry.to() + " is given twice; first at " + sameTo.node().where());
      } else if (sameFrom != null) {
        Foreign.leaveOut(
            entry.node(),
            entry.to() + " is of the signal " + entry.written() + ", which is " + sameFrom.to()
                + " already; a signal has one name");
      } else {
        found.add(line);
      }
    }
    return found;
  }

  /** Says that a thing of the file has no place in a mapping. */
  static void leaveOut(Node node, String what) {
    node.warn("is left out: " + what);
  }
}
