package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamId;

/**
 * Where an entry stands.
 *
 * @param stream the stream that it belongs to
 * @param sequence rises by one in that stream, from 1
 * @param format what wrote the body, as {@link Keeper} has it
 */
public record Place(StreamId stream, long sequence, String format) {}
