package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.downlink.CommandSettings;
import dev.caravan.agent.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The commands of a configuration.
 *
 * @param settings which, and from whom
 * @param route by whose uplink they come
 * @param topics those of the route
 * @param remembered the file that keeps which were taken
 */
public record CommandPlan(CommandSettings settings, String route, Topics topics, Path remembered) {
  private static final Key<String> ROUTE = Key.text("route")
      .absent("the first with an uplink of type `mqtt`")
      .range("a name of `routes`")
      .says("the route by whose connection commands come");

  /** All keys of {@code commands}. */
  static final List<Key<?>> KEYS =
      Stream.concat(CommandSettings.KEYS.stream(), Stream.of(ROUTE)).toList();

  /** Reads {@code commands}; nothing where none is allowed. */
  static Optional<CommandPlan> read(Node node, List<RoutePlan> routes) {
    CommandSettings settings = CommandSettings.from(node);
    Node named = node.at(ROUTE);
    Optional<RoutePlan> route = routes.stream()
        .filter(each -> named.isPresent() ? each.name().equals(named.text()) : each.hasDownward())
        .findFirst();
    if (named.isPresent() && route.isEmpty()) {
      named.fault("no such route: " + named.text() + "; want one of "
          + routes.stream().map(RoutePlan::name).toList());
    }
    if (route.isPresent() && !route.get().hasDownward()) {
      named.fault("nothing comes by route " + named.text() + ", where "
          + route.get().whyNothingComes() + "; want one of type mqtt");
    } else if (route.isEmpty() && !routes.isEmpty() && !named.isPresent() && node.isPresent()) {
      node.fault("no route that commands may come by; want one of type mqtt");
    }
    if (node.isPresent()) {
      node.refuseUnknownKeys();
    }
    return settings.allow().isEmpty()
        ? Optional.empty()
        : route.map(each -> new CommandPlan(
            settings, each.name(), each.topics(), each.store().dir().resolve("commands")));
  }
}
