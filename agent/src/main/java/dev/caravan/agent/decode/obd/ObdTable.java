package dev.caravan.agent.decode.obd;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What answers mean, as files tell it.
 *
 * <pre>
 * responses:
 *   - {request: "01 0C", name: EngineSpeed, bytes: 2, factor: 0.25, unit: rpm}
 *   - {request: "22 F190", name: Vin, bytes: 17, form: text}
 * scalings:
 *   - {id: 0x07, factor: 0.25, unit: rpm}
 * </pre>
 *
 * Where two files have one request, the first counts.
 */
final class ObdTable {
  private static final Key<Node> RESPONSES =
      Key.list("responses").required().says("list of what answers hold, see below");
  private static final Key<Node> SCALINGS =
      Key.list("scalings").says("list of how values of monitor tests are scaled, see below");
  private static final Key<Integer> ID = Key.whole("id", 0, 255)
      .required()
      .says("the identifier that the test sends (SAE J1979, appendix E)");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(RESPONSES, SCALINGS);

  /** Of an item of {@code scalings}. */
  static final List<Key<?>> SCALING_KEYS = List.of(ID, Field.FACTOR, Field.OFFSET, Field.UNIT);

  /** How service 06 scales a value, by the identifier it sends (SAE J1979, appendix E). */
  record Scaling(double factor, double offset, String unit) {
    /** Of signals that can have no value. */
    static final Scaling NONE = new Scaling(1, 0, "");
  }

  private final List<Row> rows = new ArrayList<>();
  private final Map<Integer, Row> byKey = new HashMap<>();
  private final Map<Integer, Scaling> scalings = new HashMap<>();

  /** Adds what a file says. */
  void read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    if (top.isPresent() && !top.at(RESPONSES).isPresent()) {
      top.fault("responses: missing; want a list of {request, name, bytes}");
    }
    Map<Integer, Node> here = new HashMap<>();
    for (Node node : top.at(RESPONSES).items()) {
      Row row = Row.from(node, rows.size());
      Node first = here.putIfAbsent(row.key(), node);
      if (first != null && row.key() >= 0) {
        node.fault("request is in the table twice; first at " + first.where());
      } else if (byKey.putIfAbsent(row.key(), row) == null) {
        rows.add(row);
      }
    }
    for (Node node : top.at(SCALINGS).items()) {
      int id = node.get(ID);
      scalings.putIfAbsent(
          id,
          new Scaling(
              Field.number(node, Field.FACTOR),
              Field.number(node, Field.OFFSET),
              node.get(Field.UNIT)));
      node.refuseUnknownKeys();
    }
    top.refuseUnknownKeys();
  }

  List<Row> rows() {
    return rows;
  }

  /** The row of a {@link Row#keyAt key}; null if there is none. */
  @Nullable
  Row find(int key) {
    return byKey.get(key);
  }

  /** The scaling of an identifier; null if the table does not say what its values are. */
  @Nullable
  Scaling scaling(int id) {
    return scalings.get(id);
  }
}
