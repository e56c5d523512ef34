package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.columns.EventEncoder;
import dev.caravan.agent.encode.columns.TelemetryEncoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.deadband.Deadband;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the two halves of a route on its queue. */
final class RouteParts {
  private static final Logger LOG = LoggerFactory.getLogger(RouteParts.class);

  private RouteParts() {}

  /** The pipeline's half; its ledgers and boot count go on from what the queues hold. */
  static Route route(
      Plan plan, RoutePlan planned, RouteQueues queues, Timeline timeline, Bytes bootId) {
    Health health = plan.health();
    String name = planned.name();
    TelemetryEncoder encoder = new TelemetryEncoder(
        planned.batch(), name, signals(plan, planned.shape()::lets), timeline, health, bootId);
    goOn(name, queues.batches(), encoder);
    if (!queues.batches().isInMemory() && !queues.batches().stream().isNone()) {
      encoder.streamHasName();
    }
    Deadband shaper = new Deadband(planned.shape(), name, health);
    Route route = new Route(name, shaper, encoder, queues.batches());
    if (planned.events().isEmpty()) {
      return route;
    }
    TriggerSettings settings = planned.events().get().triggers();
    Store events = queues.events().orElseThrow();
    EventEncoder eventEncoder = new EventEncoder(
        name,
        signals(plan, settings::lets),
        timeline,
        health,
        bootId,
        encoder.bootCount(),
        planned.batch().isCompact());
    goOn(EventEncoder.partOf(name), events, eventEncoder::restore);
    Lost lostEvents = events.lostBefore();
    eventEncoder.lostBefore(lostEvents.entriesEvicted(), lostEvents.entriesRejected());
    return route.withEvents(new Triggers(settings, health), eventEncoder, events);
  }

  private static List<Signal> signals(Plan plan, Predicate<String> lets) {
    return plan.signals().signals().stream()
        .filter(signal -> lets.test(signal.path()))
        .toList();
  }

  /** The encoder goes on from what a store holds, and knows to be lost. */
  static void goOn(String name, Store store, TelemetryEncoder encoder) {
    goOn(name, store, encoder::restore);
    encoder.lostBehind(store.lostBehindNewest());
    Lost lost = store.lostBefore();
    encoder.lostBefore(
        lost.entriesEvicted(),
        lost.reportsEvicted(),
        lost.entriesRejected(),
        lost.reportsRejected());
  }

  private interface Restoring {
    void from(Bytes newestBody) throws MalformedMessageException;
  }

  private static void goOn(String name, Store queue, Restoring restoring) {
    Optional<Entry> newest = queue.newest();
    if (newest.isPresent()) {
      try {
        restoring.from(newest.get().body());
      } catch (MalformedMessageException e) {
        LOG.warn(
            "{}: ledger starts anew, the newest entry cannot be read: {}", name, e.getMessage());
      }
    }
  }

  /** The courier's half; {@code bearsStatus} for one of the routes that share a broker. */
  static Courier courier(
      Plan plan,
      RoutePlan route,
      RouteQueues queues,
      boolean bearsStatus,
      StatusBoard status,
      Timeline timeline,
      Stop stop) {
    Health health = plan.health();
    Store batches = queues.batches();
    DeviceName device = new DeviceName(plan.fleet(), plan.device());
    Uplink uplink = route
        .uplink()
        .maker()
        .make(new Origin(device, route.name(), bearsStatus), status, timeline, health, stop);
    Budget budget = new Budget(
        route.name(),
        route.uplink().budget(),
        route.store().dir().resolve("budget"),
        timeline,
        health);
    long rate = route.uplink().backlogRate();
    List<Lane> lanes = new ArrayList<>();
    queues.events().ifPresent(events -> {
      String name = EventEncoder.partOf(route.name());
      Outlet outlet = uplink.outlet(new Channel(
          name,
          Divider.ofEvents(device, events),
          new StoredSchemas(events.schemas()),
          route.events().orElseThrow().store().maxAgeNs()));
      Lane.Terms terms = new Lane.Terms(
          rate, route.uplink().keepUnheardNs(), budget, Budget.Use.EVENTS, Budget.Use.EVENTS);
      lanes.add(new Lane(name, events, outlet, terms, timeline, health));
    });
    Lane.Terms terms = new Lane.Terms(
        rate, route.uplink().keepUnheardNs(), budget, Budget.Use.LIVE, Budget.Use.BACKLOG);
    Outlet outlet = uplink.outlet(new Channel(
        route.name(),
        Divider.ofBatches(device, route.name(), batches),
        new StoredSchemas(batches.schemas()),
        route.store().maxAgeNs()));
    lanes.add(new Lane(route.name(), batches, outlet, terms, timeline, health));
    return new Courier(route.name(), lanes, uplink, budget, timeline, health, stop, new Random());
  }
}
