package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts divided batches or events together again, in a bounded room: for new ones those go that were begun or added to longest
 * ago. One thread.
 *
 * @param <T> what a part is
 */
final class PartBook<T> {
  /**
   * What belongs together.
   *
   * @param eventId of an event, else empty
   * @param parts how many parts it has; 0 for a whole one
   */
  record Key(StreamKey stream, Bytes eventId, long sequence, int parts) {}

  private static final class Open<T> {
    private final SortedMap<Integer, T> pieces = new TreeMap<>();
    private long bytes;
  }

  private final Shelf<Key, Open<T>> open;
  private long gone;

  PartBook(long mostBytes) {
    this.open = new Shelf<>(mostBytes, (key, value) -> gone++);
  }

  /**
   * One of a stream, or a part of one.
   *
   * @param part from 1
   * @param bytes what it takes
   * @return all parts in their order if it is now complete, else none
   */
  List<T> arrived(Key key, int part, T piece, long bytes) {
    if (key.parts == 0) {
      return List.of(piece);
    }
    Open<T> whole = open.remove(key).orElseGet(Open::new);
    whole.pieces.put(part, piece);
    whole.bytes += bytes + Long.BYTES * Long.BYTES;
    if (whole.pieces.size() == key.parts) {
      return List.copyOf(whole.pieces.values());
    }
    open.put(key, whole, whole.bytes);
    return List.of();
  }

  /** How many were given up before they were complete. */
  long gone() {
    return gone;
  }
}
