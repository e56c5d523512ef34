/** The door of all encoders: reports become a finished body of bytes, a {@link dev.caravan.agent.encode.Payload}. */
@NullMarked
package dev.caravan.agent.encode;

import org.jspecify.annotations.NullMarked;
