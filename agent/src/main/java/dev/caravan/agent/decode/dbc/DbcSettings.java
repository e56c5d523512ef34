package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One DBC file of a source, as configured.
 *
 * @param file to read
 * @param options how to read it
 */
public record DbcSettings(Path file, DbcOptions options) {
  /** Reads {@code {dbc: FILE, encoding: …, strict: …, j1939: …, id_mask: …}}. */
  public static DbcSettings from(Node node) {
    Path file = node.at("dbc").readableFile();
    String encoding =
        node.at("encoding").oneOf(List.of("auto", "utf-8", "gb18030", "cp1252"), "auto");
    boolean strict = node.at("strict").flag(true);
    String j1939 = node.at("j1939").oneOf(List.of("auto", "off", "on"), "auto");
    int idMask = idMask(node.at("id_mask"));
    node.refuseUnknownKeys();
    return new DbcSettings(
        file,
        new DbcOptions(encoding(encoding), strict, j1939(j1939), DbcOptions.Nmea2000.AUTO, idMask));
  }

  private static int idMask(Node node) {
    if (!node.isPresent()) {
      return DbcOptions.NO_MASK;
    }
    Optional<Integer> mask = DbcOptions.mask(node.text());
    if (mask.isEmpty()) {
      node.fault("want hex digits in quotes, 1..1FFFFFFF, as \"03FFE000\", got " + node.text());
    }
    return mask.orElse(DbcOptions.NO_MASK);
  }

  private static DbcOptions.Encoding encoding(String word) {
    return switch (word) {
      case "utf-8" -> DbcOptions.Encoding.UTF_8;
      case "gb18030" -> DbcOptions.Encoding.GB18030;
      case "cp1252" -> DbcOptions.Encoding.CP1252;
      default -> DbcOptions.Encoding.AUTO;
    };
  }

  private static DbcOptions.J1939 j1939(String word) {
    return switch (word) {
      case "off" -> DbcOptions.J1939.OFF;
      case "on" -> DbcOptions.J1939.ON;
      default -> DbcOptions.J1939.AUTO;
    };
  }
}
