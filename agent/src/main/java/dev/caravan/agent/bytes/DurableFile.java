package dev.caravan.agent.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Small files that are there whole or not at all, also after a power cut. Has no state; any thread. */
public final class DurableFile {
  private DurableFile() {}

  /**
   * Replaces a file, or makes it, for its owner alone; what it says is durable when this returns. It is written beside itself first,
   * as {@code NAME.new}; what is there under that name goes, a link as the link that it is.
   *
   * @throws IOException if that fails; then the file is as it was
   */
  public static void replace(Path file, Bytes content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(beside);
    try (FileChannel out = FileChannel.open(
        beside,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = content.buffer();
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // the new name is durable only with its directory
    try (FileChannel names = FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
