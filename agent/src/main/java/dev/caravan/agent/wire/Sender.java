package dev.caravan.agent.wire;

/**
 * Whose batches these are. Travels in the schema, so it costs a batch nothing.
 *
 * @param fleet as in the topic
 * @param device as in the topic
 * @param route sequences are counted per device and route
 */
public record Sender(String fleet, String device, String route) {}
