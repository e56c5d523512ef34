/**
 * Commands from the cloud: which of them a device takes. A request is taken once, in time, from a holder of a key that the
 * configuration names, and only if the configuration allows it; what it does is the {@code assembly}'s.
 */
@NullMarked
package dev.caravan.agent.downlink;

import org.jspecify.annotations.NullMarked;
