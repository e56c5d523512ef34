package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;

/** Adds to a stored body what only its way knows: the sequence number, and whether it is late. */
public interface Envelope {
  /**
   * The message as it leaves.
   *
   * @param late whether it comes from a backlog
   */
  Bytes around(Entry entry, boolean late);
}
