package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.downlink.CommandSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The commands of a configuration.
 *
 * @param settings which, and from whom
 * @param uplink the broker that they come from
 * @param remembered the file that keeps which were taken
 */
public record CommandPlan(CommandSettings settings, MqttSettings uplink, Path remembered) {
  /** Reads {@code commands}; nothing where none is allowed. */
  static Optional<CommandPlan> read(Node node, List<RoutePlan> routes) {
    CommandSettings settings = CommandSettings.from(node);
    Node named = node.at("route");
    Optional<RoutePlan> route = routes.stream()
        .filter(each -> !named.isPresent() || each.name().equals(named.text()))
        .findFirst();
    if (named.isPresent() && route.isEmpty()) {
      named.fault("no such route: " + named.text() + "; want one of "
          + routes.stream().map(RoutePlan::name).toList());
    }
    if (node.isPresent()) {
      node.refuseUnknownKeys();
    }
    return settings.allow().isEmpty()
        ? Optional.empty()
        : route.map(each ->
            new CommandPlan(settings, each.uplink(), each.store().dir().resolve("commands")));
  }
}
