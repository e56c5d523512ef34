/**
 * Positions, speeds and times out of NMEA 0183 sentences: the sentences of one epoch, which share one time of day, become
 * one group of samples under VSS names.
 *
 * <p>Protocol: NMEA 0183 version 4.11, clause 8.3, sentences RMC, GGA, GNS, GLL, VTG, GSA, GSV, GST, GBS, ZDA, HDT, HDG
 * and THS, of any talker; VSS 4.2, branch {@code Vehicle.CurrentLocation}.
 *
 * <p>Samples bear the board's time at which the first timed sentence of their epoch came in, as the samples of every
 * other source do, so that a batch has one clock and can be corrected as a whole. What the satellites say of the time is
 * a value of its own, {@code Vehicle.CurrentLocation.Timestamp}, and what the agent's timeline is steered by.
 *
 * <p>Coordinates are WGS-84, as received. There is no setting for GCJ-02 or another shifted datum: the shift cannot be
 * undone exactly, so a consumer that draws on such a map converts what it draws, and what is stored stays true.
 */
@NullMarked
package dev.caravan.agent.decode.nmea;

import org.jspecify.annotations.NullMarked;
