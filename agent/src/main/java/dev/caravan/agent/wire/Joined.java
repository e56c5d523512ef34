package dev.caravan.agent.wire;

/**
 * Several bodies as one message.
 *
 * @param count how many of those that were given, from the first
 */
public record Joined(int count, Message message) {}
