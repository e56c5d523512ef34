package dev.caravan.agent.security;

import dev.caravan.agent.config.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A password: the content of a file, read anew each time, or the value of an environment variable. Never printed. */
public final class Secret {
  private static final int LONGEST_BYTES = 64 << 10;

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
   * Reads {@code KEY_file: PATH} or {@code KEY: ${NAME}} of a mapping; a secret written into the configuration itself is
   * a fault.
   */
  public static Optional<Secret> from(Node mapping, String key) {
    Node inFile = mapping.at(key + "_file");
    Node inPlace = mapping.at(key);
    if (inFile.isPresent() && inPlace.isPresent()) {
      inPlace.fault("want " + key + "_file or " + key + ", got both");
    }
    if (inFile.isPresent()) {
      return Optional.of(inFile(inFile.readableFile()));
    }
    if (!inPlace.isPresent()) {
      return Optional.empty();
    }
    if (!inPlace.isEnvironmentVariable()) {
      inPlace.fault("a secret is not written into this file; want ${NAME} of the environment, or "
          + key + "_file: PATH");
    }
    return Optional.of(of(inPlace.text()));
  }

  /**
   * The bytes, without the end of the line.
   *
   * @throws IOException if the file cannot be read now
   */
  public byte[] reveal() throws IOException {
    if (file == null) {
      return value.clone();
    }
    if (Files.size(file) > LONGEST_BYTES) {
      throw new IOException("read " + file + ": want at most 64 KiB");
    }
    byte[] content = Files.readAllBytes(file);
    int length = 0;
    while (length < content.length && content[length] != '\n' && content[length] != '\r') {
      length++;
    }
    return Arrays.copyOf(content, length);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
