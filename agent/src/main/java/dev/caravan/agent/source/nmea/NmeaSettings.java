package dev.caravan.agent.source.nmea;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.serial.SerialSettings;
import java.util.List;

/**
 * What a source of NMEA sentences is told.
 *
 * @param name the name of the source
 * @param serial the port; NMEA 0183 itself has 4800 bit/s
 * @param checksumRequired whether a sentence without a checksum is malformed; one with a wrong checksum always is
 * @param tellsTime whether its valid fixes may set the agent's time
 */
public record NmeaSettings(
    String name, SerialSettings serial, boolean checksumRequired, boolean tellsTime) {
  private static final Key<Integer> BAUD = SerialSettings.baud(9600);

  /** Those of its port. */
  public static final List<Key<?>> SERIAL_KEYS = SerialSettings.keys(BAUD);

  private static final Key<String> CHECKSUM = Key.oneOf("checksum", "required", "optional")
      .or("required")
      .says("`optional`: believe sentences without a checksum too. One with a wrong checksum is "
          + "never believed");
  private static final Key<Boolean> TIME = Key.flag("time", true)
      .says("let its valid fixes set the agent's time, to a second; the system clock is never set");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(CHECKSUM, TIME);

  /** Reads its keys of a source's mapping; who has read the others too refuses unknown ones. */
  public static NmeaSettings from(String name, Node node) {
    return new NmeaSettings(
        name,
        SerialSettings.from(node, BAUD),
        node.get(CHECKSUM).equals("required"),
        node.get(TIME));
  }
}
