package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One DBC file of a source, as configured.
 *
 * @param file to read
 * @param options how to read it
 * @param qualities a table of raw values that are no values, see {@link QualityTable}
 */
public record DbcSettings(Path file, DbcOptions options, Optional<Path> qualities) {
  /** Reads {@code {dbc: FILE, encoding: …, strict: …, j1939: …, id_mask: …, qualities: FILE}}. */
  public static DbcSettings from(Node node) {
    Path file = node.at("dbc").readableFile();
    String encoding = node.at("encoding").oneOf(DbcOptions.Encoding.words(), "auto");
    boolean strict = node.at("strict").flag(true);
    String j1939 = node.at("j1939").oneOf(List.of("auto", "off", "on"), "auto");
    Node mask = node.at("id_mask");
    int idMask = mask.isPresent()
        ? mask.parsed(DbcOptions::mask).orElse(DbcOptions.NO_MASK)
        : DbcOptions.NO_MASK;
    Optional<Path> qualities = node.at("qualities").isPresent()
        ? Optional.of(node.at("qualities").readableFile())
        : Optional.empty();
    node.refuseUnknownKeys();
    DbcOptions options = new DbcOptions(
        DbcOptions.Encoding.of(encoding).orElseThrow(),
        strict,
        j1939(j1939),
        DbcOptions.Nmea2000.AUTO,
        idMask);
    return new DbcSettings(file, options, qualities);
  }

  /** Reads the files of one bus, with the tables beside them; a table that is not there is a fault already. */
  static List<DbcFile> read(List<DbcSettings> files, DbcOptions.Nmea2000 bus, Faults faults) {
    Map<Path, QualityTable> tables = new HashMap<>();
    List<DbcFile> read = new ArrayList<>();
    for (DbcSettings settings : files) {
      DbcFile file = DbcFile.read(settings.file(), settings.options().on(bus), faults);
      Optional<Path> table = settings.qualities().filter(FileRoom::isFile);
      read.add(
          table.isEmpty()
              ? file
              : tables
                  .computeIfAbsent(table.get(), path -> QualityTable.read(path, faults))
                  .applied(file));
    }
    tables.values().forEach(QualityTable::tellUnused);
    return read;
  }

  private static DbcOptions.J1939 j1939(String word) {
    return switch (word) {
      case "off" -> DbcOptions.J1939.OFF;
      case "on" -> DbcOptions.J1939.ON;
      default -> DbcOptions.J1939.AUTO;
    };
  }
}
