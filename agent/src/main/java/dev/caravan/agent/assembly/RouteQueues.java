package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.encode.telemetry.EventEncoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The queues of one route.
 *
 * @param events if the route has any
 */
record RouteQueues(DiskQueue batches, Optional<DiskQueue> events) {
  /**
   * Opens them.
   *
   * @throws IOException if one cannot be opened; then none is open
   */
  static RouteQueues open(RoutePlan route, Timeline timeline, Health health) throws IOException {
    DiskQueue batches = DiskQueue.open(route.store(), route.name(), timeline, health);
    if (route.events().isEmpty()) {
      return new RouteQueues(batches, Optional.empty());
    }
    try {
      DiskQueue events = DiskQueue.open(
          route.events().get().store(), EventEncoder.partOf(route.name()), timeline, health);
      return new RouteQueues(batches, Optional.of(events));
    } catch (IOException | RuntimeException e) {
      batches.close();
      throw e;
    }
  }

  Stream<DiskQueue> all() {
    return Stream.concat(Stream.of(batches), events.stream());
  }
}
