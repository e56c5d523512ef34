package dev.caravan.agent.device.slcan;

import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What a simulated adapter is told.
 *
 * @param name the name of the device
 * @param model what is behind it: {@code nev}, the bus of a new-energy vehicle, {@code nev-fd}, the same with CAN FD
 *     messages, or {@code truck}, the J1939 bus of a truck
 * @param rateHz frames a second on the simulated bus
 * @param timestamps whether time stamps are appended until it is told otherwise by {@code Z0}
 * @param fd whether it is an adapter of the CANable kind, with CAN FD
 * @param ecus whether control units on the bus answer diagnostic requests
 */
public record SlcanAdapterSettings(
    String name, String model, int rateHz, boolean timestamps, boolean fd, boolean ecus) {

  /** Reads a device's mapping; what is wrong goes to the faults of the node. */
  public static SlcanAdapterSettings from(Node node) {
    node.at("type");
    node.at("seed");
    SlcanAdapterSettings settings = new SlcanAdapterSettings(
        node.at("name").text(),
        node.at("model").oneOf(List.of("nev", "nev-fd", "truck"), "nev"),
        (int) node.at("rate").rate("1", "10k", "300"),
        node.at("timestamps").flag(false),
        node.at("fd").flag(false),
        node.at("ecus").flag(false));
    if (settings.model().equals("nev-fd") && !settings.fd()) {
      node.at("model").fault("model nev-fd needs an adapter with CAN FD; want fd: true");
    }
    node.refuseUnknownKeys();
    return settings;
  }
}
