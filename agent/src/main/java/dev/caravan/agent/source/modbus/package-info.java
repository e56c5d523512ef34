/**
 * Registers and coils of Modbus slaves on a serial line: the agent is the master (RTU) and asks each slave in turn.
 *
 * <p>Protocol: "MODBUS over Serial Line, Specification and Implementation Guide V1.02" (framing, gaps, CRC) and "MODBUS
 * Application Protocol Specification V1.1b3", 6.1 to 6.4 (functions 1 to 4). Limits: functions that write cannot be
 * built; a frame's end is known by its expected length and CRC, not by gaps, which USB adapters do not show.
 */
@NullMarked
package dev.caravan.agent.source.modbus;

import org.jspecify.annotations.NullMarked;
