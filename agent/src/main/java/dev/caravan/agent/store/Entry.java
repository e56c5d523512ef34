package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;

/**
 * One stored body.
 *
 * @param sequence rises by one from entry to entry of a queue, from 1; never used twice, not even after a restart
 * @param timeNs when it was stored, epoch nanoseconds UTC
 * @param reports how many reports the body holds
 * @param schemaId names the schema, kept by {@link SchemaShelf}, that the body needs
 * @param body the bytes
 */
public record Entry(long sequence, long timeNs, int reports, Bytes schemaId, Bytes body) {}
