/**
 * The door of all decoders: units become physical values with a name and a unit. What arrives together leaves as one {@link
 * dev.caravan.agent.decode.SampleGroup}; one value by itself is a {@link dev.caravan.agent.decode.Sample}. A decoder knows no port.
 */
@NullMarked
package dev.caravan.agent.decode;

import org.jspecify.annotations.NullMarked;
