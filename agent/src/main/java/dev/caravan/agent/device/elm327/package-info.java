/**
 * A simulated ELM327 v1.5, or a clone of one, with the units of {@code device.ecu} on the bus behind it. It shares no
 * code with the source that reads it, so that neither can hide the other's fault.
 */
@NullMarked
package dev.caravan.agent.device.elm327;

import org.jspecify.annotations.NullMarked;
