package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Leaves as a table with a head: {@code Signal} (or {@code path}), {@code DataType} and {@code Unit} in any order, others between them, parted by
 * commas or by tabs. Lines before the head that begin with {@code #} are remarks.
 *
 * @see "RFC 4180"
 */
final class VssTable {
  /** One line; {@code datatype} is empty for a branch. */
  record Row(String path, String datatype, String unit) {}

  private static final int MOST_BYTES = 16 << 20;
  private static final int SHARE = 16;

  private final String text;
  private final char comma;
  private int at;

  private VssTable(String text, char comma) {
    this.text = text;
    this.comma = comma;
  }

  static List<Row> shipped() {
    try (InputStream in = VssTable.class.getResourceAsStream("vss-4.2.tsv")) {
      byte[] content = Objects.requireNonNull(in, "vss-4.2.tsv").readAllBytes();
      return rows(new String(content, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Row> read(Path file, Faults faults) {
    try {
      byte[] content = FileRoom.read(file, FileRoom.most(MOST_BYTES, SHARE));
      return rows(new String(content, StandardCharsets.UTF_8));
    } catch (IOException e) {
      faults.add(file.toString(), String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private static List<Row> rows(String text) {
    String table = text.replaceFirst("^\uFEFF?(#[^\\n]*\\n)*", "");
    int headEnd = table.indexOf('\n') < 0 ? table.length() : table.indexOf('\n');
    boolean isTabbed = table.substring(0, headEnd).contains("\t");
    VssTable lines = new VssTable(table, isTabbed ? '\t' : ',');
    List<String> head =
        lines.line().stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    int path = Math.max(head.indexOf("signal"), head.indexOf("path"));
    int datatype = head.indexOf("datatype");
    int unit = head.indexOf("unit");
    List<Row> rows = new ArrayList<>();
    while (path >= 0 && datatype >= 0 && unit >= 0 && lines.at < table.length()) {
      List<String> cells = lines.line();
      rows.add(new Row(cell(cells, path), cell(cells, datatype), cell(cells, unit)));
    }
    return rows;
  }

  private static String cell(List<String> cells, int index) {
    return index < cells.size() ? cells.get(index).strip() : "";
  }

  /** The next line; quoted cells may hold commas, quotes doubled, and ends of lines. */
  private List<String> line() {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean isQuoted = false;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"' && comma == ',') {
        boolean isDoubled = isQuoted && at < text.length() && text.charAt(at) == '"';
        if (isDoubled) {
          cell.append(text.charAt(at++));
        } else {
          isQuoted = !isQuoted;
        }
      } else if (isQuoted || (c != comma && c != '\n')) {
        cell.append(c);
      } else {
        cells.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          return cells;
        }
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
