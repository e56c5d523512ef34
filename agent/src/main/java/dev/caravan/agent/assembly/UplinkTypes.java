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

/** The one list of uplink types. */
final class UplinkTypes {
  private static final Key<String> TYPE =
      Key.oneOf("type", "mqtt", "file").required().says("the way out");

  private UplinkTypes() {}

  /**
   * Reads the {@code uplink} of a route.
   *
   * @param isCompat whether readers of before are to be served
   */
  static UplinkPlan read(Node node, boolean isCompat) {
    return switch (node.get(TYPE)) {
      case "file" -> file(FileSettings.from(node));
      default -> mqtt(MqttSettings.from(node, isCompat));
    };
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
        settings.requests(),
        (origin, status, timeline, health, stop) ->
            new MqttUplink(settings, origin, status, timeline, health, stop));
  }
}
