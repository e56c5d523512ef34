package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;

/**
 * One message as it leaves.
 *
 * @param contentType what the body is, such as {@code caravan.v1.Batch}
 * @param isLastValue whether who comes later is to find it on its topic, in the place of the one before
 */
public record Message(String topic, String contentType, Bytes body, boolean isLastValue) {
  /** One that is gone once it was handed out. */
  public Message(String topic, String contentType, Bytes body) {
    this(topic, contentType, body, false);
  }
}
