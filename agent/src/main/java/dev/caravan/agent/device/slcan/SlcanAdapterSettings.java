package dev.caravan.agent.device.slcan;

import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What a simulated adapter is told.
 *
 * @param name the name of the device
 * @param model what is behind it: {@code nev}, the bus of a new-energy vehicle
 * @param rateHz frames a second on the simulated bus
 * @param timestamps whether time stamps are appended until it is told otherwise by {@code Z0}
 */
public record SlcanAdapterSettings(String name, String model, int rateHz, boolean timestamps) {

  /** Reads a device's mapping; what is wrong goes to the faults of the node. */
  public static SlcanAdapterSettings from(Node node) {
    node.at("type");
    node.at("seed");
    SlcanAdapterSettings settings = new SlcanAdapterSettings(
        node.at("name").text(),
        node.at("model").oneOf(List.of("nev"), "nev"),
        (int) node.at("rate").rate("1", "10k", "300"),
        node.at("timestamps").flag(false));
    node.refuseUnknownKeys();
    return settings;
  }
}
