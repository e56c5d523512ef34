package dev.caravan.agent.security;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A password: the content of a file, read anew each time, or the value of an environment variable. Never printed. */
public final class Secret {
  private static final int LONGEST_BYTES = 64 << 10;
  private static final String MARK = "\uFEFF";

  private final @Nullable Path file;
  private final byte[] value;

  private Secret(@Nullable Path file, byte[] value) {
    this.file = file;
    this.value = value;
  }

  /** The first line of a file. */
  public static Secret inFile(Path file) {
    return new Secret(file, new byte[0]);
  }

  /** A value that is known already. */
  public static Secret of(String value) {
    return new Secret(null, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads {@code KEY: ${NAME}} or {@code KEY_file: PATH} of a mapping; a secret written into the configuration itself is
   * a fault.
   */
  public static Optional<Secret> from(Node mapping, Key<String> key, Key<Path> file) {
    Node inFile = mapping.at(file);
    Node inPlace = mapping.at(key);
    if (inFile.isPresent() && inPlace.isPresent()) {
      inPlace.fault("want " + file.name() + " or " + key.name() + ", got both");
    }
    if (inFile.isPresent()) {
      Path path = mapping.get(file);
      return Optional.of(inFile(path).check(path, inFile));
    }
    if (!inPlace.isPresent()) {
      return Optional.empty();
    }
    if (!inPlace.isEnvironmentVariable()) {
      inPlace.fault("a secret is not written into this file; want ${NAME} of the environment, or "
          + file.name() + ": PATH");
    }
    if (inPlace.isEnvironmentVariable() && inPlace.text().isEmpty()) {
      inPlace.fault("the variable is empty");
    }
    return Optional.of(of(inPlace.text()));
  }

  /** Says what is wrong with the content of a file that is there. */
  private Secret check(Path inFile, Node node) {
    if (FileRoom.isFile(inFile)) {
      try {
        byte[] unused = reveal();
        Exposure.check(node, inFile);
      } catch (IOException e) {
        node.fault(String.valueOf(e.getMessage()));
      }
    }
    return this;
  }

  /**
   * The bytes, without the end of the line and without the mark that some editors put before the first one.
   *
   * @throws IOException if the file cannot be read now, has nothing in its first line, or is text of UTF-16
   */
  public byte[] reveal() throws IOException {
    if (file == null) {
      return value.clone();
    }
    byte[] content = content(file);
    if (startsWith(content, MARK.getBytes(StandardCharsets.UTF_16LE))
        || startsWith(content, MARK.getBytes(StandardCharsets.UTF_16BE))) {
      throw new IOException("read " + file + ": it is text of UTF-16; want UTF-8");
    }
    byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
    int from = startsWith(content, mark) ? mark.length : 0;
    int end = from;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    if (end == from) {
      throw new IOException("read " + file + ": its first line is empty; want the password there");
    }
    return Arrays.copyOfRange(content, from, end);
  }

  private static byte[] content(Path file) throws IOException {
    try {
      return FileRoom.read(file, LONGEST_BYTES);
    } catch (IOException e) {
      throw new IOException("read " + file + ": " + Words.reason(e), e);
    }
  }

  private static boolean startsWith(byte[] content, byte[] begin) {
    return content.length >= begin.length
        && Arrays.equals(content, 0, begin.length, begin, 0, begin.length);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
