/**
 * Flat protobuf, {@code caravan.v1.Records}, for tools that read messages by their description: each sample with its name, time, value,
 * quality, unit and label. A message has all that it needs in it, and is not packed.
 */
@NullMarked
package dev.caravan.agent.encode.records;

import org.jspecify.annotations.NullMarked;
