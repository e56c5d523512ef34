/**
 * A simulated satellite receiver that drives round through a city and tells about it in NMEA 0183, with a cold start and
 * tunnels.
 *
 * <p>Protocol: NMEA 0183 version 4.11 as a receiver of four systems (GPS, GLONASS, Galileo, BeiDou) speaks it. Limits: it
 * understands no commands.
 */
@NullMarked
package dev.caravan.agent.device.gnss;

import org.jspecify.annotations.NullMarked;
