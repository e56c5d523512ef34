package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that the entries of a queue need, one small file each beside the queue, named by the schema's id in hex.
 * A file is written whole, made durable and then given its name, so one that is there is complete.
 *
 * <p>The pipeline's thread puts, the courier's gets and prunes.
 */
public final class SchemaShelf {
  private static final String PART = ".part";

  private final Path dir;
  private final Set<Bytes> written = new HashSet<>();
  private @Nullable Bytes latest;

  /** A shelf in a directory, which is made on the first write. */
  public SchemaShelf(Path dir) {
    this.dir = dir;
  }

  /**
   * Keeps a schema; does nothing if it is there. Waits for the disk if it is not.
   *
   * @throws IOException if it could not be made durable; try again
   */
  public synchronized void put(Bytes id, Bytes content) throws IOException {
    if (!written.contains(id)) {
      write(id, content);
      written.add(id);
    }
    latest = id;
  }

  private void write(Bytes id, Bytes content) throws IOException {
    Path file = dir.resolve(id.toString());
    if (!Files.exists(file)) {
      OsDisk.makeDirectory(dir);
      Path half = dir.resolve(id + PART);
      Files.deleteIfExists(half);
      try (FileChannel out = FileChannel.open(
          half,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          OsDisk.OWNER_ONLY)) {
        ByteBuffer rest = content.buffer();
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      new OsDisk().forceNames(dir);
    }
  }

  /** The schema of that id, if it is there. */
  public Optional<Bytes> get(Bytes id) {
    try {
      return Optional.of(Bytes.owning(Files.readAllBytes(dir.resolve(id.toString()))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes every schema but those needed and the one put last, whose first entry may be on its way.
   *
   * @throws IOException if the disk does not answer; what is left is deleted another time
   */
  synchronized void keepOnly(Set<Bytes> needed) throws IOException {
    if (!Files.isDirectory(dir)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(dir)) {
      files = listed.toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      boolean isNeeded = needed.stream().anyMatch(id -> id.toString().equals(name));
      if (!isNeeded && (latest == null || !latest.toString().equals(name))) {
        Files.deleteIfExists(file);
        written.removeIf(id -> id.toString().equals(name));
      }
    }
  }
}
