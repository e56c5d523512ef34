package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.List;

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
    Node mask = node.at("id_mask");
    int idMask = mask.isPresent()
        ? mask.parsed(DbcOptions::mask).orElse(DbcOptions.NO_MASK)
        : DbcOptions.NO_MASK;
    node.refuseUnknownKeys();
    return new DbcSettings(
        file,
        new DbcOptions(encoding(encoding), strict, j1939(j1939), DbcOptions.Nmea2000.AUTO, idMask));
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
