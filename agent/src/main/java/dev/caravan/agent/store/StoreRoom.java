package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the directories of queues can be written, and whether what the queues may take is there at all. Leaves nothing behind. */
public final class StoreRoom {
  private static final long MIB = 1L << 20;

  private final Map<FileStore, Long> wanted = new HashMap<>();

  /** For the queues of one configuration, which are looked at one after the other. */
  public StoreRoom() {}

  /** Why nothing can be written in the directory of a queue, or where it is to be made; nothing if it can. */
  public Optional<String> flaw(StoreSettings store) {
    Path there = nearest(store.dir());
    if (!Files.exists(store.home())) {
      return Optional.of(
          store.home()
              + " is not there, and is not made; until it is, what is to be sent is kept in memory alone");
    }
    if (there == null || !Files.isDirectory(there)) {
      return Optional.of("cannot be made: " + there + " is no folder");
    }
    try {
      Files.delete(Files.createTempFile(there, ".caravan", ""));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("cannot be written: this user can make no file in " + there);
    }
  }

  /** By how much a disk is too small for this queue and those before it; nothing if it is not. */
  public Optional<String> lack(Path dir, long maxBytes) {
    Path there = nearest(dir);
    try {
      FileStore disk = there == null ? null : Files.getFileStore(there);
      if (disk == null) {
        return Optional.empty();
      }
      long all = wanted.merge(disk, maxBytes, Long::sum);
      long total = disk.getTotalSpace();
      boolean isTold = all - maxBytes > total;
      return all <= total || isTold || total == 0
          ? Optional.empty()
          : Optional.of("the queues there may take " + all / MIB + " MiB, and the disk has "
              + total / MIB + " MiB in all");
    } catch (IOException e) {
      // it cannot be asked
      return Optional.empty();
    }
  }

  /** What is there of a path. */
  private static @Nullable Path nearest(Path dir) {
    Path at = dir.toAbsolutePath().normalize();
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at;
  }
}
