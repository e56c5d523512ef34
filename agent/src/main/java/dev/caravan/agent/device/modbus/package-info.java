/**
 * Simulated Modbus slaves of a roadside cabinet on one RS-485 line: weather station, visibility meter, road surface sensor
 * and UPS. Their registers are laid out here by hand and once more in {@code config/modbus}, so that neither can hide the
 * other's fault.
 */
@NullMarked
package dev.caravan.agent.device.modbus;

import org.jspecify.annotations.NullMarked;
