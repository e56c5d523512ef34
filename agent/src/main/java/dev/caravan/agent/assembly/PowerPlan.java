package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What tells that the power goes.
 *
 * @param file whose content tells it; a {@code value} of a GPIO, or a file that a script writes
 * @param says what stands in it then
 */
public record PowerPlan(Path file, String says) {
  private static final int MOST_BYTES = 64;

  private static final Key<Path> FILE = Key.path("file").required().says("the file that tells it");
  private static final Key<String> SAYS = Key.text("says")
      .or("1")
      .range("1.." + MOST_BYTES + " characters")
      .says("what stands in it then, blanks around it left out");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(FILE, SAYS);

  /** Reads {@code power}; nothing where it is not given. */
  static Optional<PowerPlan> read(Node node) {
    if (!node.isPresent()) {
      return Optional.empty();
    }
    Node file = node.at(FILE);
    Path path = file.path(Path.of(""));
    if (!file.isPresent()) {
      file.fault("missing; want the file that tells that the power goes");
    }
    PowerPlan plan = new PowerPlan(path, node.get(SAYS).strip());
    if (plan.says.isEmpty() || plan.says.length() > MOST_BYTES) {
      node.at(SAYS).fault("want 1 to " + MOST_BYTES + " characters");
    }
    node.refuseUnknownKeys();
    Path dir = path.toAbsolutePath().getParent();
    try {
      if (file.isPresent() && dir != null && !Files.isDirectory(dir)) {
        file.warn("no such directory: " + dir + "; nobody can tell there that the power goes");
      } else if (file.isPresent() && plan.goes()) {
        file.warn("says already that the power goes: " + path);
      }
    } catch (IOException e) {
      file.warn("cannot be read: " + Words.reason(e));
    }
    return Optional.of(plan);
  }

  /**
   * Whether the file says so now; one that is not there does not.
   *
   * @throws IOException if it is there and cannot be read
   */
  boolean goes() throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + ": want a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MOST_BYTES + 2);
      return new String(content, StandardCharsets.UTF_8).strip().equals(says);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
