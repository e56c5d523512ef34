package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import java.util.List;

/** Adds to a stored body what only its way knows: the sequence number, and whether it is late. */
public interface Envelope {
  /**
   * The message as it leaves.
   *
   * @param late whether it comes from a backlog
   */
  Bytes around(Entry entry, boolean late);

  /**
   * The same as several messages, each of at most so many bytes, for a far side that takes no larger ones; none if it cannot
   * be divided so.
   */
  default List<Bytes> parts(Entry entry, boolean late, long mostBytes) {
    return List.of();
  }
}
