package dev.caravan.agent.device.modbus;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.HashSet;
import java.util.List;
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
  private static final Key<Node> OFF = Key.list("off", Key.whole("unit", 1, ModbusSlaves.UNITS))
      .range("1..4")
      .says("list of units that never answer");
  private static final Key<Node> BABBLING = Key.list(
          "babbling", Key.whole("unit", 1, ModbusSlaves.UNITS))
      .range("1..4")
      .says("list of units that talk all the time and never answer");
  private static final Key<Boolean> ECHO = Key.flag("echo", false)
      .says("whether requests come back, as from an RS-485 adapter that hears itself");
  private static final Key<Long> DELAY =
      Key.duration("delay", "0s", "10s").or("20ms").says("how long a slave takes to answer");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(OFF, BABBLING, ECHO, DELAY);

  /** Copies the sets. */
  public ModbusSlavesSettings {
    off = Set.copyOf(off);
    babbling = Set.copyOf(babbling);
  }

  /** Reads its keys of a device's mapping; who has read the others too refuses unknown ones. */
  public static ModbusSlavesSettings from(Node node) {
    return new ModbusSlavesSettings(
        units(node.at(OFF)), units(node.at(BABBLING)), node.get(ECHO), node.get(DELAY));
  }

  private static Set<Integer> units(Node list) {
    Set<Integer> units = new HashSet<>();
    for (Node item : list.items()) {
      units.add((int) item.whole(1, ModbusSlaves.UNITS));
    }
    return units;
  }
}
