package dev.caravan.agent.source.nmea;

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

  /** Reads a source's mapping, all keys but those of its {@code decode} list. */
  public static NmeaSettings from(Node node) {
    node.at("type");
    node.at("decode");
    NmeaSettings settings = new NmeaSettings(
        node.at("name").text(),
        SerialSettings.from(node, 9600),
        node.at("checksum").oneOf(List.of("required", "optional"), "required").equals("required"),
        node.at("time").flag(true));
    node.refuseUnknownKeys();
    return settings;
  }
}
