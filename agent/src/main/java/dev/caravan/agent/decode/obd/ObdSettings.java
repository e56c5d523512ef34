package dev.caravan.agent.decode.obd;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One table of a source, as configured.
 *
 * @param file to read
 * @param ecus units whose signals are known from the start, by the identifiers they answer under
 */
public record ObdSettings(Path file, List<Integer> ecus) {
  private static final Pattern ECU = Pattern.compile("[0-9A-Fa-f]{2,3}|[01][0-9A-Fa-f]{7}");
  private static final String USUAL_ECU = "7E8";

  private static final Key<Path> OBD = Key.file("obd")
      .required()
      .range("a readable file, at most 16 MiB and a sixteenth of the heap (3.8 MiB with `-Xmx64m`)")
      .says("the table, see below");
  private static final Key<Node> ECUS = Key.list("ecus", Key.text("ecu").like(ECU.pattern()))
      .absent("`[\"" + USUAL_ECU + "\"]`")
      .range("2, 3 or 8 hex digits each, at most 16 units")
      .says("units whose signals are known from the start, for `check` and the first schema; "
          + "those of others are added when they first answer. The only one listed is also whose "
          + "the answers are that an adapter without headers shows");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(OBD, ECUS);

  /** Those of a table. */
  public static final List<Key<?>> TABLE_KEYS = ObdTable.KEYS;

  /** Of a response in it, without those of its only signal. */
  public static final List<Key<?>> RESPONSE_KEYS = Row.KEYS;

  /** Of a signal in a response. */
  public static final List<Key<?>> SIGNAL_KEYS = Row.SIGNAL_KEYS;

  /** Of a scaling. */
  public static final List<Key<?>> SCALING_KEYS = ObdTable.SCALING_KEYS;

  /** Copies the list. */
  public ObdSettings {
    ecus = List.copyOf(ecus);
  }

  /** Reads {@code {obd: FILE, ecus: [...]}}. */
  public static ObdSettings from(Node node) {
    Path file = node.get(OBD);
    List<Integer> ecus = new ArrayList<>();
    Node list = node.at(ECUS);
    for (Node item : list.items()) {
      String text = item.text(ECU, "an identifier in hex, as 7E8, 18DAF110 or 10");
      if (ECU.matcher(text).matches()) {
        ecus.add(Integer.parseInt(text, 16));
      }
    }
    node.refuseUnknownKeys();
    return new ObdSettings(
        file, list.isPresent() ? ecus : List.of(Integer.parseInt(USUAL_ECU, 16)));
  }
}
