package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import java.util.List;
import java.util.Optional;

/** The one list of uplink types. */
final class UplinkTypes {
  private static final List<String> TYPES = List.of("mqtt");

  private UplinkTypes() {}

  /**
   * Reads the {@code uplink} of a route.
   *
   * @param isCompat whether readers of before are to be served
   */
  static UplinkPlan read(Node node, boolean isCompat) {
    String unused = node.at("type").oneOf(TYPES);
    return mqtt(MqttSettings.from(node, isCompat));
  }

  /** To a broker. */
  static UplinkPlan mqtt(MqttSettings settings) {
    return new UplinkPlan(
        "mqtt",
        settings.brokers().stream().map(MqttSettings.Broker::toString).toList(),
        settings.clientId(),
        settings.backlogRate(),
        settings.keepUnheardNs(),
        settings.budget(),
        Optional.of(settings),
        (origin, status, timeline, health, stop) ->
            new MqttUplink(settings, origin, status, timeline, health, stop));
  }
}
