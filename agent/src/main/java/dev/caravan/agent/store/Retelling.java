package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;

/** Tells entries that were not sent anew, as entries of another stream: what they say of others must fit to those there. */
public interface Retelling {
  /** The body of the next one. */
  Bytes retold(Entry entry);
}
