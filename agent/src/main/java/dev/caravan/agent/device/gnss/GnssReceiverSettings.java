package dev.caravan.agent.device.gnss;

import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What a simulated receiver is told.
 *
 * @param name the name of the device
 * @param rateHz fixes a second: 1, 5 or 10
 * @param coldStart whether it begins without time and position, as after weeks in a drawer
 * @param tunnels whether there are stretches of the road without reception
 */
public record GnssReceiverSettings(String name, int rateHz, boolean coldStart, boolean tunnels) {

  /** Reads a device's mapping; what is wrong goes to the faults of the node. */
  public static GnssReceiverSettings from(Node node) {
    node.at("type");
    node.at("seed");
    GnssReceiverSettings settings = new GnssReceiverSettings(
        node.at("name").text(),
        Integer.parseInt(node.at("rate").oneOf(List.of("1", "5", "10"), "1")),
        node.at("cold_start").flag(true),
        node.at("tunnels").flag(true));
    node.refuseUnknownKeys();
    return settings;
  }
}
