package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.shape.privacy.Revealing;
import dev.caravan.agent.store.StoreRoom;
import dev.caravan.agent.store.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is odd of a configuration without a fault: it would run, and not do what was meant. Each becomes a warning at its place. For one reading, at
 * start-up.
 */
final class Oddities {
  /** Ids of the files that are shipped. */
  private static final List<String> SHIPPED = List.of("vehicle-000001", "demo-car", "demo-cabinet");

  private static final int MOST_NAMED = 8;

  private final Node root;
  private final SourceOddities sources;
  private final List<Signal> signals;
  private final SignalsToCome toCome;
  private final boolean isDeviceVin;

  Oddities(Node root, SignalTable signals, SignalsToCome toCome) {
    this.root = root;
    this.sources = new SourceOddities(root.at(Plan.SOURCES).items());
    this.signals = signals.signals();
    this.toCome = toCome;
    this.isDeviceVin =
        Revealing.looksLikeVin(root.at(Plan.DEVICE).at(Plan.DEVICE_ID).text());
  }

  /** Warns of all that is found. */
  void warn(Optional<VssMapping> vss, List<RoutePlan> routes) {
    identity();
    sources.warn();
    vss.ifPresent(map -> told(map.unmatched(toCome)));
    List<Node> nodes = root.at(Plan.ROUTES).items();
    StoreRoom room = new StoreRoom();
    for (int i = 0; i < nodes.size(); i++) {
      route(nodes.get(i), routes.get(i), room);
      twins(nodes, routes, i);
      nested(nodes, routes, i);
    }
  }

  private void identity() {
    Node id = root.at(Plan.DEVICE).at(Plan.DEVICE_ID);
    boolean isSimulated = !root.at(Plan.DEVICES).items().isEmpty();
    if (!isSimulated && SHIPPED.contains(id.text())) {
      id.warn("'" + id.text()
          + "' is the id of the example, and to a broker two devices of one id are one;"
          + " want one that no other device has");
    }
    boolean isRead = !root.at(Plan.SOURCES).items().isEmpty();
    boolean isSent = !root.at(Plan.ROUTES).items().isEmpty();
    if (isRead && !isSent) {
      root.warn("routes: none; what is read goes nowhere");
    }
    if (!isRead && (isSent || !isSimulated)) {
      root.warn("sources: none; nothing is read");
    }
  }

  /** Warns of a store that lies within one of another route. */
  private static void nested(List<Node> nodes, List<RoutePlan> routes, int at) {
    Node dir = nodes.get(at).at(RoutePlan.STORE).at(StoreSettings.DIR);
    Path own = routes.get(at).store().dir();
    for (RoutePlan other : routes) {
      if (!other.store().dir().equals(own) && own.startsWith(other.store().dir())) {
        dir.warn("lies within the store of route " + other.name()
            + "; want a folder of its own, so that who clears the one leaves the other");
      }
    }
  }

  private void route(Node node, RoutePlan route, StoreRoom room) {
    if (!signals.isEmpty() || !toCome.isEmpty()) {
      told(route.shape().unmatchedRules(signals, toCome));
      if (signals.stream().noneMatch(signal -> route.batches(signal.path()))
          && !toCome.mayPass(route)) {
        boolean isShaped = signals.stream().noneMatch(signal -> route.shape().lets(signal.path()));
        node.at(isShaped ? RoutePlan.SHAPE : RoutePlan.PRIVACY)
            .warn("lets no signal pass; the route sends nothing");
      }
      privacy(node, route);
    }
    store(node.at(RoutePlan.STORE), route.store(), room);
    route.events().ifPresent(events -> {
      told(events.triggers().unmatched(signals, toCome));
      store(node.at(RoutePlan.EVENTS).at(EventPlan.STORE), events.store(), room);
    });
  }

  /** Warns of what tells where or which vehicle this is, and leaves as it is; and of rules that cannot do what they say. */
  private void privacy(Node node, RoutePlan route) {
    told(route.privacy().flaws(signals, toCome));
    Revealing revealing = new Revealing(
        route.privacy(), path -> route.batches(path) || route.tells(path) || mayCome(route, path));
    if (!route.privacy().saysNothingNeedBe()) {
      List<String> vins = new ArrayList<>(revealing.vins(signals));
      vins.addAll(revealing.vinsToCome(toCome.patterns()));
      if (isDeviceVin) {
        vins.add(0, "device.id, in every topic");
      }
      leaves(node, "positions in full precision leave", revealing.positions(signals));
      leaves(node, "vehicle identification numbers may leave", vins);
    }
  }

  private boolean mayCome(RoutePlan route, String path) {
    return path.contains("*")
        && !route.privacy().drops(path)
        && route.shape().mayLet(PathPattern.of(path));
  }

  private static void leaves(Node route, String what, List<String> paths) {
    if (!paths.isEmpty()) {
      int more = paths.size() - MOST_NAMED;
      route.warn(what + " by this route: "
          + String.join(", ", paths.subList(0, Math.min(paths.size(), MOST_NAMED)))
          + (more > 0 ? " and " + more + " more" : "")
          + "; want rules in `privacy`, or `privacy: []` if that is meant");
    }
  }

  private static void store(Node node, StoreSettings store, StoreRoom room) {
    room.flaw(store).ifPresent(flaw -> node.at(StoreSettings.DIR).warn(flaw));
    room.lack(store.dir(), store.maxBytes())
        .ifPresent(lack -> node.at(StoreSettings.MAX_BYTES).warn(lack));
  }

  private void told(List<Fault> found) {
    found.forEach(each -> root.faults().warn(each.where(), each.what()));
  }

  /** Warns of a route that does what one before it does. */
  private static void twins(List<Node> nodes, List<RoutePlan> routes, int at) {
    RoutePlan route = routes.get(at);
    for (int i = 0; i < at; i++) {
      RoutePlan other = routes.get(i);
      if (!route.uplink().where().equals(other.uplink().where())) {
        continue;
      }
      if (route.shape().sendsAs(other.shape()) && route.privacy().isAs(other.privacy())) {
        nodes
            .get(at)
            .warn("sends what route " + other.name()
                + " sends, to the same broker; every sample goes twice");
      }
    }
  }
}
