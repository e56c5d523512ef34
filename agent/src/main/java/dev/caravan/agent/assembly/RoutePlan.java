package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One route of a configuration.
 *
 * @param name unique in the configuration; level of the MQTT topic and directory of nothing
 * @param shape what passes; everything where it is empty
 * @param batch how batches are made
 * @param store the disk queue
 * @param uplink the way out
 * @param events what is told at once, if anything is
 */
public record RoutePlan(
    String name,
    ShapeSettings shape,
    TelemetrySettings batch,
    StoreSettings store,
    MqttSettings uplink,
    Optional<EventPlan> events) {

  /** Where it goes, and how many of the signals pass. */
  String describe(List<Signal> signals) {
    long passing = signals.stream().filter(signal -> shape.lets(signal.path())).count();
    return "signals " + passing + " of " + signals.size() + ", store " + store.dir() + ", uplink "
        + uplink.brokers();
  }

  /** Which signals each of its schemas has, by path: that of batches, and that of events if there are any. */
  List<Predicate<String>> books() {
    return Stream.concat(
            Stream.<Predicate<String>>of(shape::lets),
            events.stream().map(planned -> planned.triggers()::lets))
        .toList();
  }

  /** Reads one item of {@code routes}. */
  static RoutePlan read(Node node, Optional<Rehearsal> rehearsal) {
    String name = node.at("name").text();
    Node kept = node.at("store");
    Node uplink = node.at("uplink");
    StoreSettings store =
        rehearsal.map(own -> own.store(name)).orElseGet(() -> StoreSettings.from(kept));
    RoutePlan plan = new RoutePlan(
        name,
        ShapeSettings.from(node.at("shape")),
        TelemetrySettings.from(node.at("batch"), node.at("encoding")),
        store,
        rehearsal.map(Rehearsal::uplink).orElseGet(() -> MqttSettings.from(uplink)),
        EventPlan.read(
            node.at("events"), store, rehearsal.map(own -> own.store(name + ".events"))));
    node.refuseUnknownKeys();
    return plan;
  }
}
