package dev.caravan.agent.uplink;

import dev.caravan.agent.store.Entry;
import java.io.IOException;
import java.util.List;

/** Where the entries of one lane go. The courier's thread calls it. */
public interface Outlet {
  /**
   * Sends entries in their order, the first in any case and as many as leave soon, and waits, a bounded time, until the far side has
   * answered for each.
   *
   * @param late whether each comes from a backlog; as long as the entries
   * @throws IOException if the link is lost; what has no answer is unsettled and will be sent again
   */
  Receipt send(List<Entry> entries, List<Boolean> late) throws IOException;

  /** Whether the far side, as far as can be told, ended the link over what the latest {@link #send} had under way. */
  default boolean hasEndedLink() {
    return false;
  }

  /** Entries before this sequence are gone from the queue, and will not be sent again. Called before each {@link #send}. */
  default void begins(long oldestSequence) {}
}
