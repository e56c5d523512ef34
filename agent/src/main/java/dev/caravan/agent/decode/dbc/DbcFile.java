package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
  private static final long MOST_BYTES = 64L << 20;

  /** Copies the collections. */
  public DbcFile {
    nodes = List.copyOf(nodes);
    messages = List.copyOf(messages);
    attributes = Map.copyOf(attributes);
  }

  /**
   * Reads a file. What cannot be read at all is a fault, and there are no messages then; with {@link
   * DbcOptions#strict()}, so is every message or signal line that cannot be understood.
   */
  public static DbcFile read(Path path, DbcOptions options, Faults faults) {
    byte[] content = new byte[0];
    String unreadable = "";
    try {
      if (Files.isDirectory(path)) {
        unreadable = "want a file, got a folder";
      } else if (Files.size(path) > MOST_BYTES) {
        unreadable = "want a file of at most 64 MiB, got " + (Files.size(path) >> 20) + " MiB";
      } else {
        content = Files.readAllBytes(path);
      }
    } catch (NoSuchFileException e) {
      unreadable = "no such file; want a dbc file";
    } catch (AccessDeniedException e) {
      unreadable = "cannot be read, permission denied; want a dbc file";
    } catch (IOException e) {
      unreadable = "cannot be read: " + e.getMessage() + "; want a dbc file";
    }
    if (!unreadable.isEmpty()) {
      faults.add(path.toString(), unreadable);
      return new DbcFile(path, "", List.of(), List.of(), Map.of(), "");
    }
    return read(path, content, options, faults);
  }

  /** Reads a file's content, as {@link #read(Path, DbcOptions, Faults)} does; {@code path} is only for messages. */
  static DbcFile read(Path path, byte[] content, DbcOptions options, Faults faults) {
    String text = DbcText.decode(content, options.encoding(), path.toString(), faults);
    return new DbcReader(path, text, options, faults).read();
  }
}
