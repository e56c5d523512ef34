package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file system in memory, for a queue whose disk cannot be used; what is in it goes with the process. */
final class RamDisk implements Disk {
  private static final int PAGE_BYTES = 4096;

  private final Map<String, Content> files = new HashMap<>();

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  @Override
  public synchronized File open(Path path) {
    return files.computeIfAbsent(name(path), name -> new Content());
  }

  @Override
  public synchronized File openToRead(Path path) throws IOException {
    Content file = files.get(name(path));
    if (file == null) {
      throw new NoSuchFileException(path.toString());
    }
    return file;
  }

  @Override
  public synchronized List<String> names(Path dir) {
    return List.copyOf(files.keySet());
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    Content moved = files.remove(name(from));
    if (moved == null) {
      throw new NoSuchFileException(from.toString());
    }
    files.put(name(to), moved);
  }

  @Override
  public synchronized void delete(Path path) {
    files.remove(name(path));
  }

  @Override
  public void forceNames(Path dir) {}

  private static final class Content implements File {
    private final List<byte[]> pages = new ArrayList<>();
    private long sizeBytes;

    @Override
    public synchronized int write(ByteBuffer from, long at) {
      int offset = (int) (at % PAGE_BYTES);
      int length = Math.min(from.remaining(), PAGE_BYTES - offset);
      while (pages.size() * (long) PAGE_BYTES < at + length) {
        pages.add(new byte[PAGE_BYTES]);
      }
      from.get(pages.get((int) (at / PAGE_BYTES)), offset, length);
      sizeBytes = Math.max(sizeBytes, at + length);
      return length;
    }

    @Override
    public synchronized int read(ByteBuffer into, long at) {
      if (at >= sizeBytes) {
        return -1;
      }
      int offset = (int) (at % PAGE_BYTES);
      long length = Math.min(into.remaining(), Math.min(PAGE_BYTES - offset, sizeBytes - at));
      into.put(pages.get((int) (at / PAGE_BYTES)), offset, (int) length);
      return (int) length;
    }

    @Override
    public void force() {}

    @Override
    public synchronized long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public void close() {}
  }
}
