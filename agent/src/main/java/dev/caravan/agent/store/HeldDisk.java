package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a directory that is held: no name in it is made, changed or deleted once the directory is gone or another lies in its
 * place, whose files would be taken for ours. Files that are open are not asked about.
 *
 * @param disk the disk
 * @param held the directory
 */
record HeldDisk(Disk disk, DirectoryLock held) implements Disk {
  private void check(Path path) throws IOException {
    if (!held.isThere()) {
      throw new IOException(
          "write " + path + ": the directory is gone, or another lies in its place");
    }
  }

  @Override
  public File open(Path path) throws IOException {
    check(path);
    return disk.open(path);
  }

  @Override
  public File openToRead(Path path) throws IOException {
    return disk.openToRead(path);
  }

  @Override
  public List<String> names(Path dir) throws IOException {
    return disk.names(dir);
  }

  @Override
  public @Nullable Object identity(Path path) throws IOException {
    return disk.identity(path);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    check(to);
    disk.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    check(path);
    disk.delete(path);
  }

  @Override
  public void forceNames(Path dir) throws IOException {
    disk.forceNames(dir);
  }
}
