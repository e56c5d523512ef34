package dev.caravan.agent.decode.obd;

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

  /** Copies the list. */
  public ObdSettings {
    ecus = List.copyOf(ecus);
  }

  /** Reads {@code {obd: FILE, ecus: [...]}}. */
  public static ObdSettings from(Node node) {
    Path file = node.at("obd").readableFile();
    List<Integer> ecus = new ArrayList<>();
    Node list = node.at("ecus");
    for (Node item : list.items()) {
      String text = item.text(ECU, "an identifier in hex, as 7E8, 18DAF110 or 10");
      if (ECU.matcher(text).matches()) {
        ecus.add(Integer.parseInt(text, 16));
      }
    }
    node.refuseUnknownKeys();
    return new ObdSettings(file, list.isPresent() ? ecus : List.of(0x7E8));
  }
}
