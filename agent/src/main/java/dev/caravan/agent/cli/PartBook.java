package dev.caravan.agent.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts divided batches or events together again. One thread; remembers the newest {@value #MOST} of which parts are missing.
 *
 * @param <T> what a part is
 */
final class PartBook<T> {
  private static final int MOST = 256;

  private record Key(String stream, long sequence, int parts) {}

  private final Map<Key, SortedMap<Integer, T>> open = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, SortedMap<Integer, T>> eldest) {
      return size() > MOST;
    }
  };

  /**
   * One of a stream, or a part of one.
   *
   * @param part from 1
   * @param parts how many there are; 0 for a whole one
   * @return all parts in their order if it is now complete, else none
   */
  List<T> arrived(String stream, long sequence, int part, int parts, T piece) {
    if (parts == 0) {
      return List.of(piece);
    }
    Key key = new Key(stream, sequence, parts);
    SortedMap<Integer, T> pieces = open.computeIfAbsent(key, any -> new TreeMap<>());
    pieces.put(part, piece);
    if (pieces.size() < parts) {
      return List.of();
    }
    open.remove(key);
    return List.copyOf(pieces.values());
  }
}
