package dev.caravan.agent.uplink;

/**
 * One kind of entries that leave by an uplink, such as the batches of a route or its events.
 *
 * @param name of its counters and in the log
 * @param envelope makes messages of them
 * @param schemas that they need
 * @param maxAgeNs how long an entry is worth anything; 0 for ever
 */
public record Channel(String name, Envelope envelope, Schemas schemas, long maxAgeNs) {}
