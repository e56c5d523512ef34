package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that wait for a schema, in a bounded room: for a new one those go that have waited longest. One thread.
 *
 * @param <M> what waits
 */
final class HeldBack<M> {
  private record Item<M>(Bytes schemaId, M message) {}

  private final Shelf<Long, Item<M>> items;
  private final Map<Bytes, Deque<Long>> bySchema = new HashMap<>();
  private long next;
  private long gone;

  HeldBack(long mostBytes) {
    this.items = new Shelf<>(mostBytes, this::gone);
  }

  private void gone(long number, Item<M> item) {
    gone++;
    Deque<Long> waiting = bySchema.get(item.schemaId);
    if (waiting != null) {
      // the eldest of all is the eldest of its schema
      waiting.remove(number);
      if (waiting.isEmpty()) {
        bySchema.remove(item.schemaId);
      }
    }
  }

  /** Holds one back; {@code bytes} is what it takes. */
  void hold(Bytes schemaId, M message, long bytes) {
    bySchema.computeIfAbsent(schemaId, id -> new ArrayDeque<>()).add(next);
    items.put(next, new Item<>(schemaId, message), bytes);
    next++;
  }

  /** Those that waited for a schema, in the order in which they came; they wait no longer. */
  List<M> release(Bytes schemaId) {
    Deque<Long> waiting = bySchema.remove(schemaId);
    return waiting == null
        ? List.of()
        : waiting.stream()
            .flatMap(number -> items.remove(number).stream())
            .map(Item::message)
            .toList();
  }

  /** How many wait. */
  int waiting() {
    return items.size();
  }

  /** How many had to go. */
  long gone() {
    return gone;
  }
}
