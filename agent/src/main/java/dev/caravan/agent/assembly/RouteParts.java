package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.Sender;
import dev.caravan.agent.encode.telemetry.TelemetryEncoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.deadband.Deadband;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the two halves of a route on its queue. */
final class RouteParts {
  private static final Logger LOG = LoggerFactory.getLogger(RouteParts.class);

  private RouteParts() {}

  /** The pipeline's half; its ledger and boot count go on from what the queue holds. */
  static Route route(Plan plan, RoutePlan route, DiskQueue queue, Timeline timeline, Bytes bootId) {
    Health health = plan.health();
    List<Signal> passing = plan.signals().signals().stream()
        .filter(signal -> route.shape().lets(signal.path()))
        .toList();
    TelemetryEncoder encoder = new TelemetryEncoder(
        route.batch(),
        new Sender(plan.fleet(), plan.device(), route.name()),
        passing,
        timeline,
        health,
        bootId);
    Optional<Entry> newest = queue.newest();
    if (newest.isPresent()) {
      try {
        encoder.restore(newest.get().body());
      } catch (MalformedMessageException e) {
        LOG.warn(
            "{}: ledger starts anew, the newest entry cannot be read: {}",
            route.name(),
            e.getMessage());
      }
    }
    return new Route(
        route.name(), new Deadband(route.shape(), route.name(), health), encoder, queue);
  }

  /** The courier's half; {@code bearsStatus} for one of the routes that share a broker. */
  static Courier courier(
      Plan plan,
      RoutePlan route,
      DiskQueue queue,
      boolean bearsStatus,
      StatusBoard status,
      Timeline timeline,
      Stop stop) {
    Budget budget = new Budget(
        route.name(),
        route.uplink().budget(),
        route.store().dir().resolve("budget"),
        timeline,
        plan.health());
    MqttUplink uplink = new MqttUplink(
        route.uplink(),
        new MqttUplink.Sender(
            plan.fleet(),
            plan.device(),
            route.name(),
            bearsStatus,
            route.store().maxAgeNs()),
        new BatchDivider(queue.schemas()::get),
        queue.schemas()::get,
        status,
        timeline,
        plan.health(),
        stop);
    return new Courier(
        route.name(),
        List.of(new Lane(
            route.name(),
            queue,
            uplink,
            new Lane.Terms(
                route.uplink().backlogRate(), budget, Budget.Use.LIVE, Budget.Use.BACKLOG),
            timeline,
            plan.health())),
        uplink,
        budget,
        timeline,
        plan.health(),
        stop,
        new Random());
  }
}
