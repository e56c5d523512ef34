package dev.caravan.agent.encode.telemetry;

import dev.caravan.agent.bytes.Bytes;

/**
 * The outside of a batch.
 *
 * @param sequence rises by one per device and route, from 1; 0 for a body that was not sent yet
 * @param isLate whether it was sent from a backlog
 * @param schemaId names the schema that its content needs
 */
public record BatchEnvelope(long sequence, boolean isLate, Bytes schemaId) {}
