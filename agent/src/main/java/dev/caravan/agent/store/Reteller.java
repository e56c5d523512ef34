package dev.caravan.agent.store;

import java.util.Optional;

/** Begins a retelling. */
public interface Reteller {
  /** Behind the newest entry of a stream, which has lost so much. Any thread. */
  Retelling behind(Optional<Entry> newest, Lost lost);
}
