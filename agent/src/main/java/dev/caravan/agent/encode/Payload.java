package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;

/**
 * One finished body.
 *
 * @param body what travels, but for what only the way can add (its sequence number, whether it is late)
 * @param reports how many reports are in it
 * @param oldestNs time of the oldest of them, epoch nanoseconds UTC
 * @param schema what a reader needs to understand the body; the same instance as long as it does not change
 */
public record Payload(Bytes body, int reports, long oldestNs, Schema schema) {
  /**
   * The key to a body.
   *
   * @param id hash of the content, which names it
   * @param content what is published under that name
   */
  public record Schema(Bytes id, Bytes content) {
    /** Of bodies that say all themselves: nothing is kept or published. */
    public static final Schema NONE = new Schema(Bytes.EMPTY, Bytes.EMPTY);
  }
}
