package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.file.FileSettings;
import dev.caravan.agent.uplink.file.FileUplink;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import java.util.List;
import java.util.Optional;

/** The one list of uplink types; what is said of them, in the documents too, follows from it. */
final class UplinkTypes {
  /** Plans a way out of its keys. */
  private interface Reader {
    /** Of the {@code uplink} of a route; {@code isCompat}: readers of before are served. */
    UplinkPlan from(Node uplink, boolean isCompat);
  }

  /**
   * One of them.
   *
   * @param name what {@code type} says
   * @param keys its own, {@code type} with them
   */
  record Type(String name, List<Key<?>> keys, Reader reader) {}

  static final List<Type> ALL = List.of(
      new Type(
          "mqtt",
          MqttSettings.KEYS,
          (uplink, isCompat) -> mqtt(MqttSettings.from(uplink, isCompat))),
      new Type("file", FileSettings.KEYS, (uplink, isCompat) -> file(FileSettings.from(uplink))));

  private static final Key<String> TYPE =
      Key.oneOf("type", ALL.stream().map(Type::name).toList()).required().says("the way out");

  private UplinkTypes() {}

  /**
   * Reads the {@code uplink} of a route; where it names no type there is, with a fault, as if it were the first.
   *
   * @param isCompat whether readers of before are to be served
   */
  static UplinkPlan read(Node node, boolean isCompat) {
    String name = node.get(TYPE);
    return ALL.stream()
        .filter(type -> type.name.equals(name))
        .findFirst()
        .orElse(ALL.get(0))
        .reader
        .from(node, isCompat);
  }

  private static UplinkPlan file(FileSettings settings) {
    return new UplinkPlan(
        "file",
        List.of(settings.dir().toString()),
        Optional.of(settings.dir()),
        Optional.empty(),
        0,
        0,
        Budget.Limits.NONE,
        false,
        false,
        false,
        Optional.empty(),
        (origin, status, timeline, health, stop) -> new FileUplink(
            settings, new Origin(origin.device(), origin.route(), true), status, timeline, health));
  }

  /** To a broker. */
  static UplinkPlan mqtt(MqttSettings settings) {
    return new UplinkPlan(
        "mqtt",
        settings.brokers().stream().map(MqttSettings.Broker::toString).toList(),
        Optional.empty(),
        settings.clientId(),
        settings.backlogRate(),
        settings.keepUnheardNs(),
        settings.budget(),
        true,
        settings.hasProperties(),
        settings.isCompat(),
        settings.requests(),
        (origin, status, timeline, health, stop) ->
            new MqttUplink(settings, origin, status, timeline, health, stop));
  }
}
