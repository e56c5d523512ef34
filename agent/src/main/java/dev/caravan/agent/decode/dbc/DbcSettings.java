package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
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
  private static final Key<Path> DBC = Key.file("dbc")
      .required()
      .range("a readable file, at most 64 MiB and a third of the heap (20 MiB with `-Xmx64m`)")
      .says("the file");
  private static final Key<String> ENCODING = Key.oneOf("encoding", DbcOptions.Encoding.words())
      .or("auto")
      .says("of its text. `auto`: UTF-16 if its first bytes say so, UTF-8 if all of it is, else "
          + "Shift-JIS, Windows-1251 or GB18030 if it certainly looks Japanese, Russian or "
          + "Chinese, else Windows-1252, with a warning where it does not look like that either");
  private static final Key<Boolean> STRICT = Key.flag("strict", true)
      .says("whether a message or signal line that cannot be understood is a fault; otherwise "
          + "only that line is left out, with a warning. Odd forms with a clear meaning are "
          + "warnings always");
  private static final Key<String> J1939 = Key.oneOf("j1939", "auto", "off", "on")
      .or("auto")
      .says("which 29-bit messages are matched by parameter group, whatever sender and priority, "
          + "see below. `auto`: those the file's `VFrameFormat` or `ProtocolType` say, and on an "
          + "[NMEA 2000](#nmea2000) bus all");
  private static final Key<String> ID_MASK = Key.text("id_mask")
      .like("(0[xX])?[0-9A-Fa-f]{1,8}")
      .unit("hex digits, in quotes")
      .absent("none: the exact identifier")
      .range("1..1FFFFFFF")
      .says("the bits by which a 29-bit message is found where no message has exactly the "
          + "identifier that came; of two messages that have them in common the first counts, "
          + "with a warning. GMLAN, whose identifiers are priority (3 bits), parameter (13) and "
          + "sender (13): `\"03FFE000\"`");
  private static final Key<Path> QUALITIES = Key.file("qualities")
      .says("a table of labels and raw values that mean that there is no value, see below");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(DBC, ENCODING, STRICT, J1939, ID_MASK, QUALITIES);

  /** Reads {@code {dbc: FILE, encoding: …, strict: …, j1939: …, id_mask: …, qualities: FILE}}. */
  public static DbcSettings from(Node node) {
    Path file = node.get(DBC);
    String encoding = node.get(ENCODING);
    boolean strict = node.get(STRICT);
    String j1939 = node.get(J1939);
    Node mask = node.at(ID_MASK);
    int idMask = mask.isPresent()
        ? mask.parsed(DbcOptions::mask).orElse(DbcOptions.NO_MASK)
        : DbcOptions.NO_MASK;
    Optional<Path> qualities = node.find(QUALITIES);
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
