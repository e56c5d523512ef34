package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas that the entries of a queue need, one small file each beside the queue, named by the schema's id in hex. A file is
 * written whole and then given its name, and made durable before the entries that need it. An id is the first bytes of SHA-256 over the content: a file with another
 * content is damaged, and as good as none.
 *
 * <p>What came lately is in memory too: it is written again if its file goes, and is all there is while the disk cannot be used.
 *
 * <p>The pipeline's thread puts, and does not wait until that is durable; the courier's makes durable, gets and prunes.
 */
public final class SchemaShelf {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final String PART = ".part";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]+(" + Pattern.quote(PART) + ")?");
  private static final long MOST_KNOWN_BYTES = 2 << 20;

  private final Path dir;
  private final Set<Bytes> written = new HashSet<>();
  // in memory, and to be written
  private final Set<Bytes> lacking = new HashSet<>();
  // of those written, what is not durable yet
  private final Set<Bytes> unforced = new HashSet<>();
  private final Set<Bytes> told = new HashSet<>();

  // in memory, the one that was used last at the end
  private final Map<Bytes, Bytes> known = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Bytes latest;
  private boolean inMemory;
  private boolean keepsAll;

  /** A shelf in a directory, which is made on the first write. */
  public SchemaShelf(Path dir) {
    this.dir = dir;
  }

  /** Whether other queues than the one that prunes need some. */
  synchronized void keepAll(boolean keeps) {
    keepsAll = keeps;
  }

  /** From now on nothing is read from the disk nor written to it. */
  synchronized void stayInMemory() {
    inMemory = true;
    written.clear();
    unforced.clear();
    lacking.clear();
  }

  /**
   * From now on all is on disk; what is in memory is written if it is not there.
   *
   * @throws UnfitStoreException if the directory is a symbolic link
   * @throws IOException if the disk did not take it; then nothing has changed
   */
  synchronized void goToDisk() throws IOException {
    refuseLink();
    boolean before = inMemory;
    inMemory = false;
    written.clear();
    try {
      writeMissing();
    } catch (IOException e) {
      inMemory = before;
      if (inMemory) {
        lacking.clear();
      }
      throw e;
    }
  }

  /**
   * Keeps a schema; does nothing if it is there. It is durable after {@link #force}.
   *
   * @throws IOException if it could not be written, and is in memory alone; try again
   */
  public synchronized void put(Bytes id, Bytes content) throws IOException {
    known.put(id, content);
    if (!inMemory && !written.contains(id)) {
      write(id, content);
    }
    latest = id;
    forget();
  }

  /**
   * Writes what is in memory and, for whatever reason, not on disk.
   *
   * @throws IOException if it could not be made durable; try again
   */
  void writeMissing() throws IOException {
    synchronized (this) {
      for (Map.Entry<Bytes, Bytes> each : List.copyOf(known.entrySet())) {
        if (!inMemory && !(written.contains(each.getKey()) && Files.exists(file(each.getKey())))) {
          write(each.getKey(), each.getValue());
        }
      }
    }
    force();
  }

  /**
   * Makes durable what is written. Whoever puts meanwhile does not wait.
   *
   * @throws IOException if some is not; it is written anew
   */
  void force() throws IOException {
    Set<Bytes> due;
    synchronized (this) {
      for (Bytes id : Set.copyOf(lacking)) {
        writeLacking(id);
      }
      due = Set.copyOf(unforced);
    }
    if (due.isEmpty()) {
      return;
    }
    try {
      for (Bytes id : due) {
        try (FileChannel file = FileChannel.open(file(id), StandardOpenOption.WRITE)) {
          file.force(true);
        }
      }
      new OsDisk().forceNames(dir);
    } catch (IOException e) {
      // what the kernel could not write it may have forgotten
      synchronized (this) {
        written.removeAll(due);
        unforced.removeAll(due);
        due.stream().filter(known::containsKey).forEach(lacking::add);
      }
      throw e;
    }
    synchronized (this) {
      unforced.removeAll(due);
    }
  }

  /** How many are written and not yet durable. */
  synchronized int unforced() {
    return unforced.size();
  }

  private Path file(Bytes id) {
    return dir.resolve(id.toString());
  }

  /** What it leads to is another's. */
  private void refuseLink() throws UnfitStoreException {
    if (Files.isSymbolicLink(dir)) {
      throw new UnfitStoreException(
          "open " + dir + ": a symbolic link, which is not followed; want a folder, or nothing");
    }
  }

  /**
   * Writes the schema of an entry that is about to be written, if that failed before.
   *
   * @throws IOException if it fails still: the entry may not be written either
   */
  synchronized void writeLacking(Bytes id) throws IOException {
    if (!lacking.isEmpty() && lacking.contains(id)) {
      write(id, Objects.requireNonNull(known.get(id)));
    }
  }

  private void write(Bytes id, Bytes content) throws IOException {
    lacking.add(id);
    refuseLink();
    Path file = file(id);
    if (!isWhole(id)) {
      OsDisk.makeDirectory(dir, Objects.requireNonNull(dir.toAbsolutePath().getParent()));
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
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
    // one that is there may be of a run that was killed before it was durable
    unforced.add(id);
    written.add(id);
    lacking.remove(id);
    told.remove(id);
  }

  /** Keeps the memory small; what is on disk is found there. */
  private void forget() {
    long bytes = known.values().stream().mapToLong(Bytes::length).sum();
    for (Bytes id : List.copyOf(known.keySet())) {
      if (bytes <= MOST_KNOWN_BYTES) {
        break;
      }
      if (written.contains(id) && !Objects.equals(id, latest)) {
        bytes -= known.remove(id).length();
      }
    }
  }

  /**
   * The schema of that id, if it is there and whole; if not, the log says so once.
   *
   * @throws UncheckedIOException if it cannot be read now
   */
  public synchronized Optional<Bytes> get(Bytes id) {
    Bytes there = known.get(id);
    if (there != null || inMemory || id.length() == 0) {
      // what has no id needs none
      return Optional.ofNullable(there);
    }
    try {
      Bytes content = read(id);
      known.put(id, content);
      written.add(id);
      forget();
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      tell(id, "is missing");
    } catch (DamagedException e) {
      tell(id, "is damaged");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.empty();
  }

  private void tell(Bytes id, String what) {
    if (told.add(id)) {
      LOG.warn("{}: the schema {}: nobody can read the entries that need it", file(id), what);
    }
  }

  /** What is wrong with a file, in words; nothing if it is there and whole, or there is none of no id. */
  Optional<String> fault(Bytes id) throws IOException {
    if (id.length() == 0) {
      return Optional.empty();
    }
    try {
      read(id);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("missing");
    } catch (DamagedException e) {
      return Optional.of("damaged");
    }
  }

  private boolean isWhole(Bytes id) throws IOException {
    return fault(id).isEmpty();
  }

  private static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private Bytes read(Bytes id) throws IOException {
    Path file = file(id);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // of a pipe, nobody would ever write
      throw new DamagedException();
    }
    Bytes content = Bytes.owning(Files.readAllBytes(file));
    if (!idOf(content, id.length()).equals(id)) {
      throw new DamagedException();
    }
    return content;
  }

  /** The id of a content: so many of the first bytes of SHA-256. */
  static Bytes idOf(Bytes content, int bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content.buffer());
      byte[] all = digest.digest();
      return Bytes.of(all, 0, Math.min(bytes, all.length));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Deletes every schema but those needed and the one put last, whose first entry may be on its way. What is not named as one
   * is another's, and stays.
   *
   * @throws IOException if the disk does not answer; what is left is deleted another time
   */
  synchronized void keepOnly(Set<Bytes> needed) throws IOException {
    if (keepsAll) {
      return;
    }
    known.keySet().removeIf(id -> !needed.contains(id) && !Objects.equals(id, latest));
    lacking.retainAll(known.keySet());
    if (inMemory || !Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(dir)) {
      files = listed.toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      boolean isNeeded = needed.stream().anyMatch(id -> id.toString().equals(name));
      if (NAME.matcher(name).matches()
          && !isNeeded
          && (latest == null || !latest.toString().equals(name))) {
        Files.deleteIfExists(file);
        written.removeIf(id -> id.toString().equals(name));
        unforced.removeIf(id -> id.toString().equals(name));
      }
    }
  }
}
