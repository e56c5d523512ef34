package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a broker that lets a client in says of itself. What it does not say stands for the most that MQTT 5 allows. Whether
 * it has wildcards, shared subscriptions and subscription identifiers is of no matter here: a SUBSCRIBE finds out, and
 * identifiers are never sent.
 *
 * @param window its Receive Maximum: how many publishes may be under way, 1..65535
 * @param largestPacketBytes the largest packet that it takes
 * @param aliasing whether topic aliases may be used
 * @param retaining whether it has retained messages
 * @param keepAliveSeconds the keep-alive that it wants instead of the client's; null for the client's, 0 for none
 * @param sessionPresent whether it still knew this client
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 3.2.2.3</a>
 */
record ConnackTerms(
    int window,
    long largestPacketBytes,
    boolean aliasing,
    boolean retaining,
    @Nullable Integer keepAliveSeconds,
    boolean sessionPresent) {
  /** Before a broker has said anything. */
  static final ConnackTerms NONE = new ConnackTerms(1, Long.MAX_VALUE, false, true, null, false);

  /** The most that there are identifiers for. */
  static final int MOST_UNDER_WAY = 65_535;

  /**
   * Reads them.
   *
   * @throws RefusedException if it offers no QoS 1
   * @throws IOException if it wants what nobody can keep to
   */
  static ConnackTerms of(MqttSettings.Broker broker, IMqttToken connect) throws IOException {
    boolean present = connect.getResponse() instanceof MqttConnAck ack && ack.getSessionPresent();
    MqttProperties told = connect.getResponseProperties();
    if (told == null) {
      return untold(present);
    }
    if (told.getMaximumQoS() != null && told.getMaximumQoS() < 1) {
      // Paho would go down to QoS 0 silently, and nothing would ever be acknowledged
      throw new RefusedException("connect to " + broker + ": it offers no QoS 1");
    }
    if (isZero(told.getReceiveMaximum()) || isZero(told.getMaximumPacketSize())) {
      // MQTT 5, 3.2.2.3.3 and 3.2.2.3.6
      throw new IOException("connect to " + broker
          + ": it wants packets of at most 0 bytes, or none at all, which MQTT 5 forbids");
    }
    return new ConnackTerms(
        told.getReceiveMaximum() == null ? MOST_UNDER_WAY : told.getReceiveMaximum(),
        told.getMaximumPacketSize() == null ? Long.MAX_VALUE : told.getMaximumPacketSize(),
        told.getTopicAliasMaximum() != null && told.getTopicAliasMaximum() > 0,
        told.isRetainAvailable(),
        told.getServerKeepAlive(),
        present);
  }

  /** Where a broker says nothing of itself, as with MQTT 3.1.1. */
  static ConnackTerms untold(boolean sessionPresent) {
    return new ConnackTerms(MOST_UNDER_WAY, Long.MAX_VALUE, false, true, null, sessionPresent);
  }

  private static boolean isZero(@Nullable Number told) {
    return told != null && told.longValue() == 0;
  }
}
