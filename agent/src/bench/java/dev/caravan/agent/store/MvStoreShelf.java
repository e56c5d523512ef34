package dev.caravan.agent.store;

import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** The same in H2's MVStore: a map by number; commit and sync for each record. */
final class MvStoreShelf implements Shelf {
  private final MVStore store;
  private final MVMap<Long, byte[]> map;
  private long next;

  MvStoreShelf(Path dir) {
    store = new MVStore.Builder()
        .fileName(dir.resolve("queue.mv").toString())
        .autoCommitDisabled()
        .open();
    // space is used again at once: the process may be killed at any moment, but each commit is
    // synced
    store.setRetentionTime(0);
    map = store.openMap("queue");
    Long last = map.lastKey();
    next = last == null ? 1 : last + 1;
  }

  @Override
  public String name() {
    return "MVStore";
  }

  @Override
  public void append(byte[] record) {
    map.append(next++, record);
  }

  @Override
  public void commit() {
    store.commit();
    store.sync();
  }

  @Override
  public long consume(int records) {
    long bytes = 0;
    Long first = map.firstKey();
    for (int i = 0; i < records && first != null; i++) {
      byte[] gone = map.remove(first);
      bytes += gone == null ? 0 : gone.length;
      first = map.firstKey();
    }
    commit();
    return bytes;
  }

  @Override
  public long scrub() {
    long bytes = 0;
    for (byte[] record : map.values()) {
      bytes += record.length;
    }
    return bytes;
  }

  @Override
  public void close() {
    store.close();
  }
}
