package dev.caravan.agent.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every other process, and every other queue of this one, out of a directory, by a lock on its file {@code lock},
 * which holds the number of the process. The lock goes with the process, however it ends.
 */
final class DirectoryLock implements Closeable {
  // A lock of fcntl(2) belongs to the process and goes when any channel to the file is closed, so a
  // second queue of this
  // process must not so much as open the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String FILE = "lock";
  private static final int PID_BYTES = 20;

  private final Path dir;
  private final Path file;
  private final FileChannel channel;
  private final @Nullable Object fileKey;
  private final @Nullable Object device;

  private DirectoryLock(Path dir, Path file, FileChannel channel) {
    this.dir = dir;
    this.file = file;
    this.channel = channel;
    this.fileKey = key(file);
    this.device = deviceAbove(Objects.requireNonNull(file.getParent()));
  }

  /** Device and number of a file; nothing if it is not there. */
  private static @Nullable Object key(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether the directory is still the one that was taken, and not deleted, nor another in its place. */
  boolean isThere() {
    return fileKey == null || fileKey.equals(key(file));
  }

  /** The device that the directory lies on. */
  @Nullable
  Object device() {
    return device;
  }

  /** The device of what a directory lies in; nothing if that is not there. */
  static @Nullable Object deviceAbove(Path dir) {
    Path above = dir.toAbsolutePath().getParent();
    try {
      return above == null ? null : Files.getAttribute(above, "unix:dev");
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Takes a directory that is there.
   *
   * @throws UnfitStoreException if another has it, which the message names, or something else lies in place of its file
   * @throws IOException if the disk does not let it be taken
   */
  static DirectoryLock take(Path dir) throws IOException {
    Path real = dir.toRealPath();
    if (!HELD.add(real)) {
      throw heldBy(dir, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new DirectoryLock(real, dir.toAbsolutePath().resolve(FILE), lockedChannel(dir));
    } catch (IOException | RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FileChannel lockedChannel(Path dir) throws IOException {
    Path file = dir.resolve(FILE);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      String what =
          Files.isSymbolicLink(file) ? "a symbolic link, which is not followed" : "not a file";
      throw new UnfitStoreException("open " + file + ": " + what + "; want a file, or nothing");
    }
    FileChannel channel = FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        OsDisk.OWNER_ONLY);
    try {
      ByteBuffer pid = ByteBuffer.allocate(PID_BYTES);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.read(pid, 0);
        throw heldBy(
            dir, new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip());
      }
      // always as long, so that nothing of a longer number is left and the file need not be cut
      // first, which costs a flush
      String own = String.format("%-" + PID_BYTES + "d", ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(own.getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static IOException heldBy(Path dir, String pid) {
    return new UnfitStoreException("open " + dir + ": held by pid=" + pid
        + "; want a directory that no other route or agent uses");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(dir);
  }
}
