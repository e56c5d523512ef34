package dev.caravan.agent.decode.dbc;

/**
 * What holds for all DBC files of one bus.
 *
 * @param senders whether a J1939 message is one for each address that sends it, with the address in its signals' names
 * @param upperRanges whether the highest raw values of a J1939 signal mean "not available" and "error", as the standard
 *     says; otherwise every value is one
 * @param nmea2000 whether it is NMEA 2000
 */
public record DbcBus(boolean senders, boolean upperRanges, DbcOptions.Nmea2000 nmea2000) {
  /** One set of signals for each message, with the standard's meaning of upper ranges. */
  public static final DbcBus USUAL = new DbcBus(false, true, DbcOptions.Nmea2000.AUTO);
}
