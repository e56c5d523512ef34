package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.wire.Message;

/**
 * One publish of an entry, of one of its messages or of a part of it.
 *
 * @param isKept whether the broker keeps it, or a newer one in its place, for who comes later
 *
 * @param late whether the entry comes from a backlog
 * @param alone whether nothing else was under way
 */
record Attempt(
    Entry entry,
    boolean late,
    Message message,
    Publication publication,
    boolean alone,
    boolean isKept) {
  /** What an answer to it means: of what is kept, it does not matter that nobody listens now. */
  Fate fate(int reason) {
    Fate fate = PubackReason.fate(reason);
    return fate == Fate.UNHEARD && isKept ? Fate.ACCEPTED : fate;
  }

  long sequence() {
    return entry.sequence();
  }
}
