/** The whole agent as a process, between a simulated adapter and a real broker: what it takes, and what gets through. */
@NullMarked
package dev.caravan.agent.load;

import org.jspecify.annotations.NullMarked;
