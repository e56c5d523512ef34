/**
 * Sentences of a satellite receiver or another instrument that talks NMEA 0183 over a serial line.
 *
 * <p>Protocol: NMEA 0183 version 4.11, clauses 5.3 (sentences, checksum) and 5.3.3.3 (proprietary ones). A source ends
 * when a sentence is whole and its checksum holds; what is in its fields it does not know. Limits: the receiver is only
 * listened to, nothing is sent to it; TAG blocks before a sentence are passed over.
 */
@NullMarked
package dev.caravan.agent.source.nmea;

import org.jspecify.annotations.NullMarked;
