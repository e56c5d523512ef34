/** The door of all sources: bytes off a wire become whole, checked units, a {@link dev.caravan.agent.source.Frame} each. A source ends where a unit is whole and its checksum holds; it knows no signal. */
@NullMarked
package dev.caravan.agent.source;

import org.jspecify.annotations.NullMarked;
