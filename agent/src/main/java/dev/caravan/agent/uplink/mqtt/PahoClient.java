package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * The door to Paho: a client of its own for one connection, which speaks one version of MQTT. Options, messages and faults are those
 * of its client for MQTT 5, which has words for all that 3.1.1 has; what a version cannot say is left out.
 */
interface PahoClient {
  /** What it tells, on Paho's threads, which must not wait. */
  interface Events {
    /** It is connected. */
    void connected(ConnackTerms terms);

    /** It did not connect. */
    void failed(Throwable why);

    /** It is connected, and the link is of no use. */
    void lose(IOException why);

    /**
     * The link has ended.
     *
     * @param reason of the broker's DISCONNECT
     * @param why what Paho met; null where the broker said why
     */
    void ended(int reason, @Nullable MqttException why);

    /** One message of a topic. */
    void arrived(String topic, MqttMessage message);
  }

  /**
   * Begins to connect, and does not wait.
   *
   * @throws IOException if the version cannot say what is asked for
   */
  void connect(MqttConnectionOptions options, Events events) throws IOException, MqttException;

  /** Publishes, and tells the publication what becomes of it. */
  void publish(String topic, MqttMessage message, Publication publication) throws MqttException;

  /** Subscribes with QoS 1 and waits for the answer: a code for each filter. */
  int[] subscribe(String filter, long atMostMs) throws MqttException;

  /** Subscribes with QoS 1, without what is retained where the version can say so; {@code answered} gets a code for each filter. */
  void subscribe(List<String> filters, Consumer<int[]> answered) throws MqttException;

  /** Leaves acknowledging what comes in to {@link #acknowledge}. */
  void acknowledgeByHand();

  /** Tells the broker that a message is dealt with. */
  void acknowledge(MqttMessage message) throws MqttException;

  /** Sends a DISCONNECT with a reason code and waits until it is gone; the broker is to remember the session for so long. */
  void disconnect(int reason, long sessionExpirySeconds, long atMostMs) throws MqttException;

  /** Ends what is left of it, once its socket is cut. */
  void end();
}
