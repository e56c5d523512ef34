package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file system of the machine. */
final class OsDisk implements Disk {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIR =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * Makes a directory for the owner alone, and those between it and its home; one that is there stays as it is. Its home is not
   * made: if it is not there it may be a card that is not mounted, and what is written in its place would lie hidden below it.
   */
  static void makeDirectory(Path dir, Path home) throws IOException {
    if (Files.isDirectory(dir)) {
      return;
    }
    if (!Files.exists(home)) {
      throw new IOException("open " + dir + ": " + home
          + " is not there, and is not made; want it made, or mounted, by hand");
    }
    for (Path each = dir; each != null && each.startsWith(home); each = each.getParent()) {
      if (Files.exists(each, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(each)) {
        throw new IOException("open " + dir + ": " + (each.equals(dir) ? "" : each + " is ")
            + "not a folder; want a folder, or nothing");
      }
    }
    Files.createDirectories(dir, OWNER_ONLY_DIR);
  }

  @Override
  public File open(Path path) throws IOException {
    return new OsFile(FileChannel.open(
        path,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        OWNER_ONLY));
  }

  @Override
  public File openToRead(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // of a pipe, nobody would ever write
      throw new IOException("read " + path + ": not a file; want a file, or nothing");
    }
    return new OsFile(FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public List<String> names(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Override
  public @Nullable Object identity(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void forceNames(Path dir) throws IOException {
    try (FileChannel names = FileChannel.open(dir, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private record OsFile(FileChannel channel) implements File {
    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      return channel.write(from, at);
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return channel.read(into, at);
    }

    @Override
    public void force() throws IOException {
      // fdatasync: the length is made durable with it, the times of the file are not
      channel.force(false);
    }

    @Override
    public long sizeBytes() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
