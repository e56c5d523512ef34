package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The file system of the machine. */
final class OsDisk implements Disk {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIR =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Makes a directory, and those above it, for the owner alone; one that is there stays as it is. */
  static void makeDirectory(Path dir) throws IOException {
    Files.createDirectories(dir, OWNER_ONLY_DIR);
  }

  @Override
  public File open(Path path) throws IOException {
    try {
      return opened(path);
    } catch (NoSuchFileException e) {
      // somebody has deleted the directory
      makeDirectory(Objects.requireNonNull(path.getParent()));
      return opened(path);
    }
  }

  private static File opened(Path path) throws IOException {
    return new OsFile(FileChannel.open(
        path,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        OWNER_ONLY));
  }

  @Override
  public File openToRead(Path path) throws IOException {
    return new OsFile(FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public List<String> names(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.map(path -> path.getFileName().toString()).toList();
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
