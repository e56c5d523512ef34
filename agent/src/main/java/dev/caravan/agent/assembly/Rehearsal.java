package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.source.serial.SerialSettings;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a demonstration puts in the place of what a configuration names: its broker for every uplink, queues in a folder of its own for
 * every store, and the links to its simulated devices for the ports of theirs. So nothing that the configuration
 * names for real is connected to, written to or asked for a password; real ports are read.
 *
 * @param broker address of an MQTT broker on loopback
 * @param folder for all that is written
 */
public record Rehearsal(String broker, Path folder) {
  /** Folder of the links to simulated devices. */
  public Path links() {
    return folder.resolve("links");
  }

  /** Variables of the environment that the examples have for these places. */
  Map<String, String> variables() {
    return Map.of("CARAVAN_LINKS", links().toString(), "CARAVAN_BROKER", broker);
  }

  /** What stands for a variable that is not set: most are secrets, which are not needed here. */
  static Optional<String> unset(String variable) {
    return Optional.of(variable + "-is-not-set");
  }

  /** A source whose port is the link to a simulated device, wherever the configuration has that link. */
  Node source(Node source, List<String> devices) {
    Node port = source.at(SerialSettings.PORT);
    if (!port.isPresent() || port.isList() || port.isMapping()) {
      return source;
    }
    String name = port.text().substring(port.text().lastIndexOf('/') + 1);
    return devices.contains(name)
        ? source.with(SerialSettings.PORT, links().resolve(name).toString())
        : source;
  }

  /** The broker on loopback. */
  public MqttSettings uplink() {
    return MqttSettings.of(broker, KeyMaterial.ofRuntime());
  }

  /** The queue of a route, or of its events. */
  StoreSettings store(String name) {
    return StoreSettings.usual(folder.resolve("spool-" + name));
  }
}
