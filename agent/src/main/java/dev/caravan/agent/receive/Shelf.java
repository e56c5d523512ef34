package dev.caravan.agent.receive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Things by their keys, in a bounded room: for a new one those go that were put longest ago. One thread.
 *
 * @param <K> what they are called
 * @param <V> what they are
 */
final class Shelf<K, V> {
  /** What each takes beside its own bytes: its place in the map, and the objects around it. */
  private static final int COST_BYTES = 400;

  private record Item<V>(V value, long bytes) {}

  private final Map<K, Item<V>> items = new LinkedHashMap<>();
  private final long mostBytes;
  private final BiConsumer<K, V> gone;
  private long bytes;

  /** {@code gone} is told what had to go. */
  Shelf(long mostBytes, BiConsumer<K, V> gone) {
    this.mostBytes = mostBytes;
    this.gone = gone;
  }

  /** Puts a thing, or another in its place; it goes at once if it is larger than the room. */
  void put(K key, V value, long itsBytes) {
    remove(key);
    items.put(key, new Item<>(value, COST_BYTES + itsBytes));
    bytes += COST_BYTES + itsBytes;
    Iterator<Map.Entry<K, Item<V>>> eldest = items.entrySet().iterator();
    while (bytes > mostBytes) {
      Map.Entry<K, Item<V>> next = eldest.next();
      eldest.remove();
      bytes -= next.getValue().bytes;
      gone.accept(next.getKey(), next.getValue().value);
    }
  }

  /** The thing of that key, if it is there. */
  Optional<V> find(K key) {
    return Optional.ofNullable(items.get(key)).map(Item::value);
  }

  /** Makes a thing that is there the one that was put last. */
  void renew(K key) {
    Item<V> item = items.remove(key);
    if (item != null) {
      items.put(key, item);
    }
  }

  /** Takes it out, if it is there. */
  Optional<V> remove(K key) {
    Optional<Item<V>> item = Optional.ofNullable(items.remove(key));
    bytes -= item.map(Item::bytes).orElse(0L);
    return item.map(Item::value);
  }

  /** How many there are. */
  int size() {
    return items.size();
  }
}
