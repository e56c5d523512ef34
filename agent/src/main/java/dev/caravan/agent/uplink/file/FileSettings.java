package dev.caravan.agent.uplink.file;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.List;

/**
 * Where messages are written.
 *
 * @param dir of the files, for this route alone; made if the folder above it is there
 * @param fileBytes how large a file may become
 * @param maxBytes how much all of them may take; the oldest go for the new
 * @param keepNs how old a file may become, counted from its last message; 0 for any age
 */
public record FileSettings(Path dir, long fileBytes, long maxBytes, long keepNs) {
  private static final Key<String> TYPE =
      Key.oneOf("type", "file").orWord("file").required().says("the way out");
  /** Where its files lie. */
  public static final Key<Path> PATH = Key.path("path")
      .required()
      .says("directory for this route alone; made, if the one above it is there");

  private static final Key<Long> MAX_FILE = Key.size("max_file", "64KiB", "16GiB")
      .absent("`64MiB`, at most half of `max_bytes`")
      .says("how large a file may become");
  private static final Key<Long> MAX_BYTES = Key.size("max_bytes", "2MiB", "1024GiB")
      .or("1GiB")
      .says("how much all files may take; when one begins, the oldest go, which is logged and "
          + "counted");
  private static final Key<Long> KEEP = Key.duration("keep", "0s", "3650d")
      .or("0s")
      .says("how old a file may become, counted from its last message, `0s` any age; looked at "
          + "when one begins");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(TYPE, PATH, MAX_FILE, MAX_BYTES, KEEP);

  /** Reads the keys of an {@code uplink} of type {@code file}, whose type has been looked at. */
  public static FileSettings from(Node uplink) {
    Node path = uplink.at(PATH);
    if (!path.isPresent()) {
      path.fault("missing; want a directory for this route alone");
    }
    long maxBytes = uplink.get(MAX_BYTES);
    long usualBytes = Math.min(64L << 20, maxBytes / 2);
    long fileBytes = uplink.find(MAX_FILE).orElse(usualBytes);
    if (fileBytes > maxBytes / 2) {
      uplink
          .at(MAX_FILE)
          .fault("want at most half of max_bytes, " + maxBytes / 2 + "B, got " + fileBytes + "B");
    }
    FileSettings settings =
        new FileSettings(path.path(Path.of("")), fileBytes, maxBytes, uplink.get(KEEP));
    uplink.refuseUnknownKeys();
    return settings;
  }
}
