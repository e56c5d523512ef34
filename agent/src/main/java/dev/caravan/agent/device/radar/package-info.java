/** A simulated traffic radar at the roadside that prints a line for every vehicle and one for every minute of traffic. */
@NullMarked
package dev.caravan.agent.device.radar;

import org.jspecify.annotations.NullMarked;
