package dev.caravan.agent.device.modbus;

import dev.caravan.agent.config.Node;
import java.util.HashSet;
import java.util.Set;

/**
 * What the simulated slaves are told.
 *
 * @param off units that never answer
 * @param babbling units that talk all the time and never answer
 * @param echo whether the adapter hears itself, so that requests come back
 * @param delayNs how long a slave takes until it answers
 */
public record ModbusSlavesSettings(
    Set<Integer> off, Set<Integer> babbling, boolean echo, long delayNs) {
  /** Copies the sets. */
  public ModbusSlavesSettings {
    off = Set.copyOf(off);
    babbling = Set.copyOf(babbling);
  }

  /** Reads a device's mapping; what is wrong goes to the faults of the node. */
  public static ModbusSlavesSettings from(Node node) {
    node.at("type");
    node.at("name");
    node.at("seed");
    ModbusSlavesSettings settings = new ModbusSlavesSettings(
        units(node.at("off")),
        units(node.at("babbling")),
        node.at("echo").flag(false),
        node.at("delay").durationNs("0s", "10s", "20ms"));
    node.refuseUnknownKeys();
    return settings;
  }

  private static Set<Integer> units(Node list) {
    Set<Integer> units = new HashSet<>();
    for (Node item : list.items()) {
      units.add((int) item.whole(1, ModbusSlaves.UNITS));
    }
    return units;
  }
}
