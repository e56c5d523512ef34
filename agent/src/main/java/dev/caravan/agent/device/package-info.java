/**
 * The simulated devices: what is on the far end of the wire, speaking bytes on a pseudo-terminal that any program can
 * open as a serial port. Knows no source and no decoder, so that neither can hide the other's fault.
 */
@NullMarked
package dev.caravan.agent.device;

import org.jspecify.annotations.NullMarked;
