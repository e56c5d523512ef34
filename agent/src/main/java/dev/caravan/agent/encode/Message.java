package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;

/**
 * One message that leaves.
 *
 * @param contentType what the body is, such as {@code caravan.v1.Batch}
 */
public record Message(String topic, String contentType, Bytes body) {}
