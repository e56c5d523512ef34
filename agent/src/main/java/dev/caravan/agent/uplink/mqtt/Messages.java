package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * What is around the messages of one device. Content type names the message; where readers of before are to be served, it is
 * that of protobuf, and a user property names it.
 */
final class Messages {
  /** By so much the lengths within a packet may grow with its body. */
  static final int MOST_LENGTH_BYTES = 6;

  private static final String NAMING_NOTHING = "application/x-protobuf";
  private static final String NAME = "message";

  /** Of the agent alone, whatever the format of batches. */
  private static final Set<String> FIXED = Set.of(
      Topics.Kind.SCHEMA.contentType(),
      Topics.Kind.STATUS.contentType(),
      Topics.Kind.REPLY.contentType());

  private final DeviceName device;
  private final Topics topics;
  private final boolean isCompat;
  private final Optional<String> contentType;
  // of every message; who sent it among them, as far as the topics do not say
  private final List<UserProperty> beside;
  private final long besideBytes;

  /** {@code isCompat}: whether a user property names the message. */
  Messages(Origin origin, Customs customs, boolean isCompat) {
    this.device = origin.device();
    this.topics = origin.topics();
    this.isCompat = isCompat;
    Map<String, String> who =
        Map.of("fleet", device.fleet(), "device", device.device(), "route", origin.route());
    this.contentType = customs.contentType();
    Map<String, String> all = new TreeMap<>();
    topics.leftOut().forEach(name -> all.put(name, String.valueOf(who.get(name))));
    customs
        .properties()
        .forEach((name, value) -> all.put(name, Topics.filled(value, device, origin.route())));
    this.beside = all.entrySet().stream()
        .map(each -> new UserProperty(each.getKey(), each.getValue()))
        .toList();
    this.besideBytes = beside.stream().mapToLong(Messages::bytes).sum();
  }

  /** Identifier, and two texts behind their lengths. */
  private static long bytes(UserProperty property) {
    return 1L + 2 + utf8(property.getKey()) + 2 + utf8(property.getValue());
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A schema or a piece of one. */
  Message schema(Bytes id, Bytes content) {
    return new Message(topics.schema(device, id), Topics.Kind.SCHEMA.contentType(), content);
  }

  /** The status. */
  Message status(Bytes body) {
    return new Message(
        topics.plain(device, Topics.Kind.STATUS), Topics.Kind.STATUS.contentType(), body);
  }

  /** A message that is not retained; {@code expirySeconds} 0 does not expire. */
  MqttMessage passing(Message message, long expirySeconds) {
    return mqtt(message, false, expirySeconds);
  }

  /** {@code expirySeconds} 0 does not expire. */
  MqttMessage retained(Message message, long expirySeconds) {
    return mqtt(message, true, expirySeconds);
  }

  private MqttMessage mqtt(Message message, boolean retained, long expirySeconds) {
    MqttProperties properties = properties(message.contentType(), expirySeconds);
    return new MqttMessage(message.body().toArray(), 1, retained, properties);
  }

  /** An answer to what bore so much correlation data. */
  MqttMessage reply(Message message, Bytes correlation) {
    MqttProperties properties = properties(message.contentType(), 0);
    properties.setCorrelationData(correlation.toArray());
    return new MqttMessage(message.body().toArray(), 1, false, properties);
  }

  /** A request whose answer is awaited on a topic. */
  static MqttMessage request(Bytes body, String responseTopic, Bytes correlation) {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(Topics.Kind.COMMAND.contentType());
    properties.setResponseTopic(responseTopic);
    properties.setCorrelationData(correlation.toArray());
    return new MqttMessage(body.toArray(), 1, false, properties);
  }

  /** What the content type is, of what is called so. */
  private String shown(String name) {
    return contentType.isPresent() && !FIXED.contains(name)
        ? contentType.get()
        : isCompat ? NAMING_NOTHING : name;
  }

  /** Properties of one message; never shared between two, since Paho writes topic aliases into them. */
  MqttProperties properties(String contentType, long expirySeconds) {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(shown(contentType));
    List<UserProperty> all = new ArrayList<>(beside);
    if (isCompat) {
      all.add(new UserProperty(NAME, contentType));
    }
    if (!all.isEmpty()) {
      properties.setUserProperties(all);
    }
    if (expirySeconds > 0) {
      properties.setMessageExpiryInterval(expirySeconds);
    }
    return properties;
  }

  /**
   * The length of a PUBLISH packet, in bytes.
   *
   * @param aliased whether Paho gives the topic an alias, in the packet that names it first
   *
   * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 3.3</a>
   */
  long packetBytes(Message message, long expirySeconds, boolean aliased) {
    // each: identifier, then lengths of two bytes before texts
    int nameBytes = utf8(message.contentType());
    long typeBytes = 1L + 2 + utf8(shown(message.contentType()));
    long userProperty = isCompat ? 1L + 2 + NAME.length() + 2 + nameBytes : 0;
    long expiry = expirySeconds > 0 ? 1 + 4 : 0;
    long alias = aliased ? 1 + 2 : 0;
    long properties = typeBytes + userProperty + besideBytes + expiry + alias;
    long rest = 2L
        + utf8(message.topic())
        + 2
        + lengthBytes(properties)
        + properties
        + message.body().length();
    return 1 + lengthBytes(rest) + rest;
  }

  /** How many bytes a variable byte integer takes: MQTT 5, 1.5.5. */
  private static int lengthBytes(long value) {
    return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
  }
}
