package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.store.Entry;
import dev.caravan.agent.wire.Message;

/**
 * One publish of an entry, of one of its messages or of a part of it.
 *
 * @param late whether the entry comes from a backlog
 * @param alone whether nothing else was under way
 */
record Attempt(Entry entry, boolean late, Message message, Publication publication, boolean alone) {
  long sequence() {
    return entry.sequence();
  }
}
