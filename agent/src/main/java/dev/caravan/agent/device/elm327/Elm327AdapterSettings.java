package dev.caravan.agent.device.elm327;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a simulated ELM327 is told.
 *
 * @param name the name of the device
 * @param protocol the vehicle's bus, by the chip's digit: 1 and 2 J1850, 3 ISO 9141-2, 4 and 5 ISO 14230-4, 6 CAN 11 bit
 *     500 kbit/s, 7 CAN 29 bit 500 kbit/s, 8 and 9 the same at 250 kbit/s
 * @param isClone whether it refuses half of the commands, and more than two bytes in a request
 * @param hasHeaders whether it shows headers when told to; if not, it says so all the same, and shows unused bytes too
 * @param hasChecksums whether it shows the checksums of buses before CAN
 * @param isAsleep whether the vehicle is asleep at first: nobody answers
 * @param voltageV at the socket; 0 for what the vehicle has, 14 V awake, 12.4 V asleep
 * @param vin 17 characters
 */
public record Elm327AdapterSettings(
    String name,
    char protocol,
    boolean isClone,
    boolean hasHeaders,
    boolean hasChecksums,
    boolean isAsleep,
    double voltageV,
    String vin) {
  private static final Pattern VIN_FORM = Pattern.compile("[A-HJ-NPR-Z0-9]{17}");

  private static final Key<String> PROTOCOL = Key.oneOf(
          "protocol", "1", "2", "3", "4", "5", "6", "7", "8", "9")
      .or("6")
      .range("1..9")
      .says("the vehicle's bus by the chip's number; services 06, 19 and 22 are there on CAN (6 "
          + "to 9) only");
  private static final Key<Boolean> CLONE = Key.flag("clone", false)
      .says("refuse half of the commands, and more than two bytes in a request");
  private static final Key<Boolean> HEADERS = Key.flag("headers", true)
      .says("show headers when told to; `false`: say OK, show none, and show unused bytes of "
          + "frames");
  private static final Key<Boolean> CHECKSUMS =
      Key.flag("checksums", true).says("show the checksums of buses before CAN");
  private static final Key<Boolean> ASLEEP =
      Key.flag("asleep", false).says("whether the vehicle sleeps: nobody answers");
  private static final Key<Double> VOLTAGE = Key.number("voltage", 0, 30)
      .unit("V")
      .or(0)
      .says("at the socket; 0 for what the vehicle has, 14.1 awake and 12.4 asleep");
  private static final Key<String> VIN = Key.text("vin", VIN_FORM, "17 of A-Z but I O Q, and 0-9")
      .or("LCRVNE12345678901")
      .range("17 of `A-Z` but I O Q, `0-9`")
      .says("of the vehicle");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(PROTOCOL, CLONE, HEADERS, CHECKSUMS, ASLEEP, VOLTAGE, VIN);

  /** Reads its keys of a device's mapping; who has read the others too refuses unknown ones. */
  public static Elm327AdapterSettings from(String name, Node node) {
    String given = node.get(VIN);
    return new Elm327AdapterSettings(
        name,
        node.get(PROTOCOL).charAt(0),
        node.get(CLONE),
        node.get(HEADERS),
        node.get(CHECKSUMS),
        node.get(ASLEEP),
        node.get(VOLTAGE),
        VIN_FORM.matcher(given).matches() ? given : VIN.usual());
  }
}
