package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamId;

/**
 * Where an entry stands.
 *
 * @param stream the stream that it belongs to
 * @param sequence rises by one in that stream, from 1
 */
public record Place(StreamId stream, long sequence) {}
