package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;

/**
 * One message as it leaves.
 *
 * @param contentType what the body is, such as {@code caravan.v1.Batch}
 */
public record Message(String topic, String contentType, Bytes body) {}
