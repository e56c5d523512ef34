package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.MalformedMessageException;

/**
 * Tells bodies anew that were never sent and become bodies of another queue, in their order: what they say of others must fit to those
 * there. One thread at a time.
 */
public interface Retelling {
  /** Of bodies that say nothing of others. */
  Retelling AS_THEY_ARE = (body, reports) -> body;

  /**
   * The next body.
   *
   * @param reports in it
   * @throws MalformedMessageException if it is none of this format
   */
  Bytes retold(Bytes body, int reports) throws MalformedMessageException;
}
