/** What a signal is: its name, unit, kind and scale, and how far a value of it may be believed; for both ends of the wire. */
@NullMarked
package dev.caravan.agent.signal;

import org.jspecify.annotations.NullMarked;
