package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one DBC file says. Odd forms that real files have are put right on reading, each with one warning that names
 * file, line and column.
 *
 * @param path where it was read from
 * @param version the text behind {@code VERSION}, mostly empty
 * @param nodes names of the control units
 * @param messages in the order of the file, without the one that holds unused signals
 * @param attributes those of the network, explicit or by default; the text of an enumeration, not its index
 * @param comment of the network; empty for none
 */
public record DbcFile(
    Path path,
    String version,
    List<String> nodes,
    List<DbcMessage> messages,
    Map<String, String> attributes,
    String comment) {
  /** Larger files are refused; the largest seen in use have 10 MiB. */
  private static final int MOST_BYTES = 64 << 20;

  /** The text and what is made of it, of the memory. */
  private static final int SHARE = 3;

  /** Copies the collections. */
  public DbcFile {
    nodes = List.copyOf(nodes);
    messages = List.copyOf(messages);
    attributes = Map.copyOf(attributes);
  }

  /** The same file with other messages. */
  DbcFile withMessages(List<DbcMessage> others) {
    return new DbcFile(path, version, nodes, others, attributes, comment);
  }

  /**
   * Reads a file. What cannot be read at all is a fault, and there are no messages then; with {@link
   * DbcOptions#strict()}, so is every message or signal line that cannot be understood.
   */
  public static DbcFile read(Path path, DbcOptions options, Faults faults) {
    return FileRoom.orFault(path, faults, empty(path), () -> {
      try {
        DbcDraft draft = draft(path, options, faults);
        return draft == null ? empty(path) : draft.finish(path);
      } catch (IOException e) {
        faults.add(path.toString(), e.getMessage() + "; want a dbc file");
        return empty(path);
      }
    });
  }

  /** Lets the bytes go before the text is read, and the text before the messages are made: each takes much memory. */
  private static @Nullable DbcDraft draft(Path path, DbcOptions options, Faults faults)
      throws IOException {
    String text =
        text(path, FileRoom.read(path, FileRoom.most(MOST_BYTES, SHARE)), options, faults);
    return text == null ? null : new DbcReader(path, text, options, faults).read();
  }

  /** Null, and a fault, where this Java does not know the encoding. */
  private static @Nullable String text(
      Path path, byte[] content, DbcOptions options, Faults faults) {
    int before = faults.found().size();
    String text = DbcText.decode(content, options.encoding(), path.toString(), faults);
    return faults.found().size() > before ? null : text;
  }

  /** Reads a file's content, as {@link #read(Path, DbcOptions, Faults)} does; {@code path} is only for messages. */
  static DbcFile read(Path path, byte[] content, DbcOptions options, Faults faults) {
    String text = text(path, content, options, faults);
    return text == null
        ? empty(path)
        : new DbcReader(path, text, options, faults).read().finish(path);
  }

  private static DbcFile empty(Path path) {
    return new DbcFile(path, "", List.of(), List.of(), Map.of(), "");
  }
}
