package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Unshaped;
import dev.caravan.agent.shape.deadband.Deadband;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.shape.privacy.Veil;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.ReceiptedQueue;
import dev.caravan.agent.uplink.Receipts;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the two halves of a route on its queue. */
final class RouteParts {
  private static final Logger LOG = LoggerFactory.getLogger(RouteParts.class);

  private RouteParts() {}

  /** Of a queue in which bodies of former formats may lie. */
  private static StoredBodies bodies(
      Store store, RoutePlan route, DeviceName device, Function<Format, Optional<Bodies>> kind) {
    Map<String, Bodies> former = new HashMap<>();
    FormatTypes.ALL
        .former(route.name(), device, route.topics())
        .forEach((word, format) -> kind.apply(format).ifPresent(made -> former.put(word, made)));
    return new StoredBodies(
        store, kind.apply(route.format()).orElseThrow(), route.format().word(), former);
  }

  /** The pipeline's half; its ledgers and boot count go on from what the queues hold. */
  static Route route(
      Plan plan,
      RoutePlan planned,
      RouteQueues queues,
      Timeline timeline,
      Health health,
      Bytes bootId) {
    String name = planned.name();
    Format format = planned.format();
    Encoder encoder = format
        .batches()
        .encoder(new Making(signals(plan, planned::batches), timeline, health, bootId, 1));
    goOn(name, queues.batches(), encoder);
    if (!queues.batches().isInMemory() && !queues.batches().stream().isNone()) {
      encoder.streamHasName();
    }
    Route open = new Route(name, shaper(planned.shape(), name, health), encoder, queues.batches());
    Route route =
        planned.privacy().isEmpty() ? open : open.behind(new Veil(planned.privacy(), name, health));
    if (planned.events().isEmpty()) {
      return route;
    }
    TriggerSettings settings = planned.events().get().triggers();
    Store events = queues.events().orElseThrow();
    Encoder eventEncoder = format
        .events()
        .orElseThrow()
        .encoder(new Making(
            signals(plan, planned::tells), timeline, health, bootId, encoder.bootCount()));
    goOn(Format.eventsOf(name), events, eventEncoder);
    return route.withEvents(new Triggers(settings, health), eventEncoder, events);
  }

  /** One that looks at nothing where nothing is asked for. */
  private static Stage<SampleGroup, Report> shaper(
      ShapeSettings shape, String name, Health health) {
    return shape.letsAll()
        ? new Unshaped(health.counter(SharedMetrics.SHAPE_WITHHELD, name))
        : new Deadband(shape, name, health);
  }

  private static List<Signal> signals(Plan plan, Predicate<String> lets) {
    return plan.signals().signals().stream()
        .filter(signal -> lets.test(signal.path()))
        .toList();
  }

  /** The encoder goes on from what a store holds, and knows to be lost. */
  static void goOn(String name, Store store, Encoder encoder) {
    Optional<Entry> newest = store.newest();
    if (newest.isPresent()) {
      try {
        encoder.restore(newest.get().body());
      } catch (MalformedMessageException e) {
        LOG.warn(
            "{}: ledger starts anew, the newest entry cannot be read: {}", name, e.getMessage());
      }
    }
    encoder.lostBefore(QueueTail.losses(store.lostBefore()), store.lostBehindNewest());
  }

  /**
   * The courier's half.
   *
   * @param bearsStatus for one of the routes that share a far side
   * @param downward what comes down by it, if something does
   */
  static Courier courier(
      Plan plan,
      RoutePlan route,
      RouteQueues queues,
      boolean bearsStatus,
      Optional<Downward> downward,
      StatusBoard status,
      Timeline timeline,
      Health health,
      Stop stop) {
    Store batches = queues.batches();
    DeviceName device = new DeviceName(plan.fleet(), plan.device());
    Uplink uplink = route
        .uplink()
        .maker()
        .make(
            new Origin(
                device,
                route.topics(),
                route.name(),
                bearsStatus,
                route.format().session(route.store().dir(), timeline)),
            status,
            timeline,
            health,
            stop);
    downward.ifPresent(uplink::take);
    Budget budget = new Budget(
        route.name(),
        route.uplink().budget(),
        route.store().dir().resolve("budget"),
        timeline,
        health);
    long rate = route.uplink().backlogRate();
    Optional<Receipts> receipts = downward.flatMap(Downward::receipts);
    // with receipts, what nobody listens to stays until somebody does
    long keepUnheardNs = receipts.isPresent() ? Long.MAX_VALUE : route.uplink().keepUnheardNs();
    List<Lane> lanes = new ArrayList<>();
    queues.events().ifPresent(events -> {
      String name = Format.eventsOf(route.name());
      Outlet outlet = uplink.outlet(channel(
          name,
          events,
          route,
          bodies(events, route, device, Format::events),
          route.events().orElseThrow().store()));
      Lane.Terms terms =
          new Lane.Terms(rate, keepUnheardNs, budget, Budget.Use.EVENTS, Budget.Use.EVENTS);
      lanes.add(new Lane(
          name, head(name, events, receipts, timeline, health), outlet, terms, timeline, health));
    });
    Lane.Terms terms =
        new Lane.Terms(rate, keepUnheardNs, budget, Budget.Use.LIVE, Budget.Use.BACKLOG);
    Outlet outlet = uplink.outlet(channel(
        route.name(),
        batches,
        route,
        bodies(batches, route, device, format -> Optional.of(format.batches())),
        route.store()));
    lanes.add(new Lane(
        route.name(),
        head(route.name(), batches, receipts, timeline, health),
        outlet,
        terms,
        timeline,
        health));
    return new Courier(route.name(), lanes, uplink, budget, timeline, health, stop, new Random());
  }

  private static EntryQueue head(
      String name, Store store, Optional<Receipts> receipts, Timeline timeline, Health health) {
    return receipts
        .<EntryQueue>map(each -> new ReceiptedQueue(name, store, each, timeline, health))
        .orElse(store);
  }

  private static Channel channel(
      String name, Store store, RoutePlan route, StoredBodies bodies, StoreSettings settings) {
    return new Channel(
        name, bodies, new StoredSchemas(store.schemas(), route.format()), settings.maxAgeNs());
  }
}
