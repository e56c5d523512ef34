/**
 * Registers and coils of Modbus slaves become samples, by a map that the operator writes: one file for each type of
 * device, naming for each signal its address, type, scale and the values that mean something else than a measurement.
 *
 * <p>Modbus itself knows bits and 16-bit registers only ("MODBUS Application Protocol Specification V1.1b3", 4.3); how
 * vendors put longer numbers into registers is what {@link dev.caravan.agent.decode.modbus.RegisterMap} describes.
 */
@NullMarked
package dev.caravan.agent.decode.modbus;

import org.jspecify.annotations.NullMarked;
