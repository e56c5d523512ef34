/** The door of all uplinks: bytes leave. A courier carries entries from the store to an uplink. */
@NullMarked
package dev.caravan.agent.uplink;

import org.jspecify.annotations.NullMarked;
