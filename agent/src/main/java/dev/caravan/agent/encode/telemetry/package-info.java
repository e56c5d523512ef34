/**
 * The columnar protobuf batch of {@code caravan.v1}: the encoder, the reader that any consumer in this program uses, and
 * the messages beside the batches. The format is told field by field in {@code proto/README.md}.
 */
@NullMarked
package dev.caravan.agent.encode.telemetry;

import org.jspecify.annotations.NullMarked;
