package dev.caravan.agent.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps every other process, and every other queue of this one, out of a directory, by a lock on its file {@code lock},
 * which holds the number of the process. The lock goes with the process, however it ends.
 */
final class DirectoryLock implements Closeable {
  // A lock of fcntl(2) belongs to the process and goes when any channel to the file is closed, so a
  // second queue of this
  // process must not so much as open the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int PID_BYTES = 20;

  private final Path dir;
  private final FileChannel channel;

  private DirectoryLock(Path dir, FileChannel channel) {
    this.dir = dir;
    this.channel = channel;
  }

  /**
   * Takes a directory that is there.
   *
   * @throws IOException if another has it; the message names the process
   */
  static DirectoryLock take(Path dir) throws IOException {
    Path real = dir.toRealPath();
    if (!HELD.add(real)) {
      throw heldBy(dir, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new DirectoryLock(real, lockedChannel(dir));
    } catch (IOException | RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FileChannel lockedChannel(Path dir) throws IOException {
    FileChannel channel = FileChannel.open(
        dir.resolve("lock"),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
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
    return new IOException("open " + dir + ": held by pid=" + pid
        + "; want a directory that no other route or agent uses");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(dir);
  }
}
