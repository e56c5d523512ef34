/**
 * A vehicle's diagnostic socket behind an ELM327, an STN11xx or a chip that claims to be one, on a serial port (ELM327
 * data sheet, Elm Electronics).
 *
 * <p>The chip is spoken to in lines: one command, then its answer up to the prompt, and nothing is ever sent before the
 * prompt. Requests can only be such as read ({@link dev.caravan.agent.source.diagnostic.DiagnosticRequest}), and the
 * chip's own commands come from one fixed list.
 *
 * <p>What can be noticed: on the older buses the checksum of each line is checked. On CAN the chip checks and drops it, so
 * that a hex digit that another one took the place of on the serial line is noticed only in the identifier, the length,
 * the service and the parameter. A digit that is missing, doubled or no digit is noticed everywhere.
 */
@NullMarked
package dev.caravan.agent.source.elm327;

import org.jspecify.annotations.NullMarked;
