/**
 * J1939 above the single frame: messages of 9 to 1785 bytes are joined from the packets of the transport protocol (TP.CM
 * and TP.DT of SAE J1939-21, 5.10, broadcast and connection mode), as one who only listens; lists of trouble codes (SAE
 * J1939-73) and the vehicle's identification become signals, and every joined message goes on to the decoders of its bus.
 *
 * <p>On an NMEA 2000 bus messages of up to 223 bytes come as fast packets too, without an announcement.
 *
 * <p>Not read: the extended transport protocol (ETP, over 1785 bytes), and J1939-22 on CAN FD.
 */
@NullMarked
package dev.caravan.agent.decode.j1939;

import org.jspecify.annotations.NullMarked;
