/**
 * Recorded CAN traffic as a source. A log is read line by line and each line is recognised by what stands in it: candump
 * (log and screen form), Vector ASC, PCAN trace, the text exports of BusMaster, CRTD and Microchip's analyser; or by the
 * head of its table: MF4 converters, python-can, GVRET, SavvyCAN. No standard describes these forms; their programs do.
 *
 * <p>Limits: a line of at most 4096 bytes; times without a zone are taken as UTC; CAN XL is counted and left out. What is no
 * log in text is refused by name.
 */
@NullMarked
package dev.caravan.agent.source.replay;

import org.jspecify.annotations.NullMarked;
