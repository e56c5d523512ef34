/** The door of all decoders: units become physical values with a name and a unit, a {@link dev.caravan.agent.decode.Sample} each. A decoder knows no port. */
@NullMarked
package dev.caravan.agent.decode;

import org.jspecify.annotations.NullMarked;
