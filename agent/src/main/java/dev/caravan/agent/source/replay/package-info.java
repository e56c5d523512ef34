/**
 * Recorded CAN traffic as a source. A log is read line by line and each line is recognised by what stands in it: candump
 * (log and screen form), Vector ASC, PCAN trace, and the text exports of BusMaster, CRTD, GVRET and Microchip's analyser.
 * No standard describes these forms; their programs do.
 *
 * <p>Limits: a line of at most 4096 bytes; times without a zone are taken as UTC; CAN XL is counted and left out.
 */
@NullMarked
package dev.caravan.agent.source.replay;

import org.jspecify.annotations.NullMarked;
