package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that can lose its power: of what was not forced each page is lost, kept or torn at a sector,
 * by chance, and of the names given and taken since they were forced only the first few are kept. A force that a test
 * lets fail drops the pages for good, as Linux does: reading still shows them, a later force does not save them.
 */
final class PowerCutDisk implements Disk {
  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;

  /** A file of this disk. */
  interface Lossy {
    /** A force fails and what was to be made durable never will be. */
    void failForce();
  }

  private static final class Content {
    private byte[] seen = new byte[0];
    private byte[] durable = new byte[0];
    private final TreeSet<Integer> dirty = new TreeSet<>();

    private void grow(int length) {
      if (seen.length < length) {
        seen = java.util.Arrays.copyOf(seen, length);
      }
    }

    private void saveBytes(int from, int through) {
      int end = Math.min(through, seen.length);
      if (durable.length < end) {
        durable = java.util.Arrays.copyOf(durable, end);
      }
      if (end > from) {
        System.arraycopy(seen, from, durable, from, end - from);
      }
    }
  }

  private final Map<String, Content> files = new TreeMap<>();
  private Map<String, Content> durableNames = new HashMap<>();
  private final List<Map<String, Content>> laterNames = new ArrayList<>();

  /** Takes the power away, and gives it again. */
  synchronized void cutPower(RandomGenerator random) {
    int kept = random.nextInt(laterNames.size() + 1);
    Map<String, Content> names = kept == 0 ? durableNames : laterNames.get(kept - 1);
    files.clear();
    files.putAll(names);
    durableNames = new HashMap<>(names);
    laterNames.clear();
    for (Content each : new java.util.LinkedHashSet<>(files.values())) {
      for (int page : each.dirty) {
        int from = page * PAGE_BYTES;
        switch (random.nextInt(3)) {
          case 0 -> each.saveBytes(from, from + PAGE_BYTES);
          case 1 -> {
            int sectors = random.nextInt(PAGE_BYTES / SECTOR_BYTES);
            each.saveBytes(from, from + sectors * SECTOR_BYTES);
          }
          default -> {
            // lost
          }
        }
      }
      each.dirty.clear();
      each.seen = each.durable.clone();
    }
  }

  private void namesChanged() {
    laterNames.add(new HashMap<>(files));
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  @Override
  public synchronized File open(Path path) {
    Content content = files.get(name(path));
    if (content == null) {
      content = new Content();
      files.put(name(path), content);
      namesChanged();
    }
    return new MemoryFile(content);
  }

  @Override
  public synchronized File openToRead(Path path) throws IOException {
    return new MemoryFile(existing(path));
  }

  private Content existing(Path path) throws NoSuchFileException {
    @Nullable Content content = files.get(name(path));
    if (content == null) {
      throw new NoSuchFileException(path.toString());
    }
    return content;
  }

  /** The bytes of a file, to look at and to change. */
  synchronized byte[] bytes(String name) throws IOException {
    Content content = existing(Path.of(name));
    content.durable = content.seen;
    return content.seen;
  }

  /** Makes a file of some bytes. */
  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.seen = bytes.clone();
    content.durable = content.seen;
    files.put(name, content);
    durableNames.put(name, content);
  }

  @Override
  public synchronized List<String> names(Path dir) {
    return List.copyOf(files.keySet());
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    Content content = existing(from);
    files.remove(name(from));
    files.put(name(to), content);
    namesChanged();
  }

  @Override
  public synchronized void delete(Path path) {
    if (files.remove(name(path)) != null) {
      namesChanged();
    }
  }

  @Override
  public synchronized void forceNames(Path dir) {
    durableNames = new HashMap<>(files);
    laterNames.clear();
  }

  private final class MemoryFile implements File, Lossy {
    private final Content content;

    MemoryFile(Content content) {
      this.content = content;
    }

    @Override
    public int write(ByteBuffer from, long at) {
      synchronized (PowerCutDisk.this) {
        int length = from.remaining();
        content.grow((int) at + length);
        from.get(content.seen, (int) at, length);
        for (int page = (int) at / PAGE_BYTES; page <= (at + length - 1) / PAGE_BYTES; page++) {
          content.dirty.add(page);
        }
        return length;
      }
    }

    @Override
    public int read(ByteBuffer into, long at) {
      synchronized (PowerCutDisk.this) {
        if (at >= content.seen.length) {
          return -1;
        }
        int length = Math.min(into.remaining(), content.seen.length - (int) at);
        into.put(content.seen, (int) at, length);
        return length;
      }
    }

    @Override
    public void force() {
      synchronized (PowerCutDisk.this) {
        for (int page : content.dirty) {
          content.saveBytes(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
        }
        content.dirty.clear();
      }
    }

    @Override
    public void failForce() {
      synchronized (PowerCutDisk.this) {
        content.dirty.clear();
      }
    }

    @Override
    public long sizeBytes() {
      synchronized (PowerCutDisk.this) {
        return content.seen.length;
      }
    }

    @Override
    public void close() {}
  }
}
