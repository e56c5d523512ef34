package dev.caravan.agent.broker;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;

/** The packets that the broker answers with, and the numbers in those it gets. */
final class Packets {
  private Packets() {}

  private static MqttFixedHeader header(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }

  static MqttMessage reply(MqttMessageType type, int id, int reason) {
    return new MqttMessage(
        header(type),
        new MqttPubReplyMessageVariableHeader(id, (byte) reason, MqttProperties.NO_PROPERTIES));
  }

  static MqttMessage disconnect(int reason) {
    return new MqttMessage(
        header(MqttMessageType.DISCONNECT),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) reason, MqttProperties.NO_PROPERTIES));
  }

  static MqttMessage connectRefused(int reason) {
    return new MqttConnAckMessage(
        header(MqttMessageType.CONNACK),
        new MqttConnAckVariableHeader(MqttConnectReturnCode.valueOf((byte) reason), false));
  }

  static MqttMessage connectAccepted(boolean present, MqttProperties told) {
    return new MqttConnAckMessage(
        header(MqttMessageType.CONNACK),
        new MqttConnAckVariableHeader(MqttConnectReturnCode.CONNECTION_ACCEPTED, present, told));
  }

  static MqttProperties connackProperties(
      BrokerFaults faults, int receiveMaximum, int largestBytes, String assignedId) {
    MqttProperties told = new MqttProperties();
    told.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, receiveMaximum));
    told.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, faults.topicAliasMaximum()));
    told.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
    if (faults.maximumQos() < 2) {
      told.add(new IntegerProperty(MqttProperties.MAXIMUM_QOS, faults.maximumQos()));
    }
    if (!faults.isRetaining()) {
      told.add(new IntegerProperty(MqttProperties.RETAIN_AVAILABLE, 0));
    }
    if (largestBytes > 0) {
      told.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, largestBytes));
    }
    if (faults.serverKeepAliveSeconds() >= 0) {
      told.add(
          new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, faults.serverKeepAliveSeconds()));
    }
    if (!assignedId.isEmpty()) {
      told.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, assignedId));
    }
    return told;
  }

  static MqttMessage suback(int id, List<Integer> granted) {
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(id, MqttProperties.NO_PROPERTIES),
        new MqttSubAckPayload(granted));
  }

  static MqttMessage unsuback(int id, List<Short> reasons) {
    return new MqttUnsubAckMessage(
        header(MqttMessageType.UNSUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(id, MqttProperties.NO_PROPERTIES),
        new MqttUnsubAckPayload(reasons));
  }

  /** The size of a packet, by the length that its header says: MQTT 5, 1.5.5. */
  static long bytes(long remaining) {
    int lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
    return 1 + lengthBytes + remaining;
  }

  /** A number among properties, without its sign, or what to take when it is not there. */
  static long number(MqttProperties properties, int id, long otherwise) {
    return properties.getProperty(id) instanceof IntegerProperty property
        ? Integer.toUnsignedLong(property.value())
        : otherwise;
  }
}
