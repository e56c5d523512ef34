/**
 * CAN frames from an adapter that speaks slcan, the LAWICEL ASCII protocol, over a serial line: one line of text for each
 * frame, ended by a carriage return.
 *
 * <p>Protocol: LAWICEL CAN232 manual, version 3, with what USBtin, CANable (CAN FD, silent mode), esd (stamps in
 * microseconds) and CANdapter add. Limits: one channel for each adapter; frames are sent only through an explicit list of
 * identifiers.
 */
@NullMarked
package dev.caravan.agent.source.slcan;

import org.jspecify.annotations.NullMarked;
