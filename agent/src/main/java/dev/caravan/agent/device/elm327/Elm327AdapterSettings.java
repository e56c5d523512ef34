package dev.caravan.agent.device.elm327;

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
  private static final String VIN = "LCRVNE12345678901";
  private static final Pattern VIN_FORM = Pattern.compile("[A-HJ-NPR-Z0-9]{17}");

  /** Reads a device's mapping; what is wrong goes to the faults of the node. */
  public static Elm327AdapterSettings from(Node node) {
    node.at("type");
    node.at("seed");
    Node vin = node.at("vin");
    String given = vin.isPresent() ? vin.text(VIN_FORM, "17 of A-Z but I O Q, and 0-9") : VIN;
    Elm327AdapterSettings settings = new Elm327AdapterSettings(
        node.at("name").text(),
        node.at("protocol")
            .oneOf(List.of("1", "2", "3", "4", "5", "6", "7", "8", "9"), "6")
            .charAt(0),
        node.at("clone").flag(false),
        node.at("headers").flag(true),
        node.at("checksums").flag(true),
        node.at("asleep").flag(false),
        node.at("voltage").number(0, 30, 0),
        VIN_FORM.matcher(given).matches() ? given : VIN);
    node.refuseUnknownKeys();
    return settings;
  }
}
