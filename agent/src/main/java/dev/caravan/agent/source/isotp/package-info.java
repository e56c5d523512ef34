/**
 * Diagnostics over a CAN bus: single frames, and messages cut into several frames, in normal addressing (ISO
 * 15765-2:2016), classic and CAN FD, with the identifiers of emissions-related diagnostics (ISO 15765-4:2016) and those
 * of single units that follow the same rule.
 *
 * <p>A decorator of a CAN source: its frames pass, and replies are added. Either requests are asked, or, silently, what
 * another tester asks is overheard. Limits: requests of one frame; messages of up to 4095 bytes; neither extended nor
 * mixed addressing.
 */
@NullMarked
package dev.caravan.agent.source.isotp;

import org.jspecify.annotations.NullMarked;
