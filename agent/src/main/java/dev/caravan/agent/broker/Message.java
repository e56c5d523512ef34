package dev.caravan.agent.broker;

import dev.caravan.agent.bytes.Bytes;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import java.util.Set;

/**
 * A message on its way through the broker.
 *
 * @param expiresNs when it may no longer be delivered, in the nanoseconds of {@link System#nanoTime()}; {@link #NEVER}
 *     if it does not expire
 * @param properties those that travel with the message, its expiry not among them
 */
record Message(
    String topic,
    Bytes payload,
    int qos,
    boolean retain,
    long expiresNs,
    MqttProperties properties) {
  static final long NEVER = Long.MAX_VALUE;

  // MQTT 5, 3.3.2.3: the server sends these on unaltered
  private static final Set<Integer> PASSED_ON = Set.of(
      MqttProperties.PAYLOAD_FORMAT_INDICATOR,
      MqttProperties.CONTENT_TYPE,
      MqttProperties.RESPONSE_TOPIC,
      MqttProperties.CORRELATION_DATA,
      MqttProperties.USER_PROPERTY);

  static Message of(
      String topic, Bytes payload, int qos, boolean retain, MqttProperties sent, long nowNs) {
    MqttProperties properties = new MqttProperties();
    long expiresNs = NEVER;
    for (MqttProperties.MqttProperty<?> property : sent.listAll()) {
      if (PASSED_ON.contains(property.propertyId())) {
        properties.add(property);
      } else if (property.propertyId() == MqttProperties.PUBLICATION_EXPIRY_INTERVAL
          && property instanceof IntegerProperty seconds) {
        expiresNs = nowNs + Integer.toUnsignedLong(seconds.value()) * 1_000_000_000L;
      }
    }
    return new Message(topic, payload, qos, retain, expiresNs, properties);
  }

  boolean isExpired(long nowNs) {
    return expiresNs != NEVER && expiresNs - nowNs <= 0;
  }

  /** The properties, with what is left of the expiry, in whole seconds, at least 1. */
  MqttProperties propertiesAt(long nowNs) {
    if (expiresNs == NEVER) {
      return properties;
    }
    MqttProperties dated = new MqttProperties();
    properties.listAll().forEach(dated::add);
    long leftSeconds = Math.max(1, (expiresNs - nowNs) / 1_000_000_000L);
    dated.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, (int) leftSeconds));
    return dated;
  }

  /** About what it takes on the wire. */
  int sizeBytes() {
    return payload.length() + topic.length() + 64;
  }
}
