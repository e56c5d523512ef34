package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** The topics and messages of one device and route, {@code caravan/v1/FLEET/DEVICE/…}. */
final class Messages {
  static final String BATCH = "caravan.v1.Batch";
  static final String SCHEMA = "caravan.v1.Schema";
  static final String STATUS = "caravan.v1.Status";
  static final String EVENT = "caravan.v1.Event";
  static final String COMMAND = "caravan.v1.SignedCommand";
  static final String REPLY = "caravan.v1.Reply";
  static final String KIND = "message";

  /** By so much the lengths within a packet may grow with its body. */
  static final int MOST_LENGTH_BYTES = 6;

  private static final String CONTENT_TYPE = "application/x-protobuf";

  private final String device;
  private final String dataTopic;

  Messages(MqttUplink.Sender sender) {
    device = "caravan/v1/" + sender.fleet() + "/" + sender.device();
    dataTopic = device + "/data/" + sender.route();
  }

  String dataTopic() {
    return dataTopic;
  }

  String schemaTopic(Bytes id) {
    return device + "/schema/" + id;
  }

  String eventTopic() {
    return device + "/event";
  }

  String statusTopic() {
    return device + "/status";
  }

  /** A message that is not retained; {@code expirySeconds} 0 does not expire. */
  static MqttMessage passing(String kind, Bytes body, long expirySeconds) {
    return new MqttMessage(body.toArray(), 1, false, properties(kind, expirySeconds));
  }

  /** {@code expirySeconds} 0 does not expire. */
  static MqttMessage retained(String kind, Bytes body, long expirySeconds) {
    return new MqttMessage(body.toArray(), 1, true, properties(kind, expirySeconds));
  }

  /** An answer to a request that bore so much correlation data. */
  static MqttMessage reply(Bytes body, Bytes correlation) {
    MqttProperties properties = properties(REPLY, 0);
    properties.setCorrelationData(correlation.toArray());
    return new MqttMessage(body.toArray(), 1, false, properties);
  }

  /** A request whose answer is awaited on a topic. */
  static MqttMessage request(Bytes body, String responseTopic, Bytes correlation) {
    MqttProperties properties = properties(COMMAND, 0);
    properties.setResponseTopic(responseTopic);
    properties.setCorrelationData(correlation.toArray());
    return new MqttMessage(body.toArray(), 1, false, properties);
  }

  /** Properties of one message; never shared between two, since Paho writes topic aliases into them. */
  static MqttProperties properties(String kind, long expirySeconds) {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(CONTENT_TYPE);
    properties.setUserProperties(List.of(new UserProperty(KIND, kind)));
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
  static long packetBytes(
      String topic, String kind, Bytes body, long expirySeconds, boolean aliased) {
    // each: identifier, then lengths of two bytes before texts
    long contentType = 1L + 2 + CONTENT_TYPE.length();
    long userProperty = 1L + 2 + KIND.length() + 2 + kind.length();
    long expiry = expirySeconds > 0 ? 1 + 4 : 0;
    long alias = aliased ? 1 + 2 : 0;
    long properties = contentType + userProperty + expiry + alias;
    long rest = 2L
        + topic.getBytes(StandardCharsets.UTF_8).length
        + 2
        + lengthBytes(properties)
        + properties
        + body.length();
    return 1 + lengthBytes(rest) + rest;
  }

  /** How many bytes a variable byte integer takes: MQTT 5, 1.5.5. */
  private static int lengthBytes(long value) {
    return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
  }
}
