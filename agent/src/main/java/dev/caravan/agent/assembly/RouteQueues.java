package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Keeper;
import dev.caravan.agent.store.MachineId;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The queues of one route.
 *
 * @param events if the route has any
 */
record RouteQueues(Store batches, Optional<Store> events) {
  /**
   * Opens them.
   *
   * @throws IOException if one cannot be opened; then none is open
   */
  static RouteQueues open(
      DeviceName device, MachineId machine, RoutePlan route, Timeline timeline, Health health)
      throws IOException {
    String name = route.name();
    Keeper data = keeper(device, route, StreamKind.DATA, machine);
    Store batches = Store.open(route.store(), name, data, timeline, health);
    if (route.events().isEmpty()) {
      return new RouteQueues(batches, Optional.empty());
    }
    try {
      Keeper event = keeper(device, route, StreamKind.EVENT, machine);
      Store events =
          Store.open(route.events().get().store(), Format.eventsOf(name), event, timeline, health);
      return new RouteQueues(batches, Optional.of(events));
    } catch (IOException | RuntimeException e) {
      batches.close();
      throw e;
    }
  }

  private static Keeper keeper(
      DeviceName device, RoutePlan route, StreamKind kind, MachineId machine) {
    return new Keeper(
        new StreamOwner(device, route.name(), kind), route.format().word(), machine);
  }

  Stream<Store> all() {
    return Stream.concat(Stream.of(batches), events.stream());
  }
}
