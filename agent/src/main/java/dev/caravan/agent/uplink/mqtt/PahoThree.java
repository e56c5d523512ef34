package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttPingSender;
import org.eclipse.paho.client.mqttv3.MqttToken;
import org.eclipse.paho.client.mqttv3.internal.ClientComms;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttPubAck;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * Paho's client for MQTT 3.1.1, with a clean session always. It leaves out all properties of messages.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html">MQTT 3.1.1</a>
 */
final class PahoThree implements PahoClient {
  // the logger is held, or its level would be forgotten
  private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.client.mqttv3");

  static {
    PAHO.setLevel(Level.OFF);
  }

  private final MqttAsyncClient client;

  PahoThree(String plainUrl, String clientId, Pinger pinger, PahoThreads threads)
      throws MqttException {
    try {
      client = new MqttAsyncClient(
          plainUrl, clientId, new MemoryPersistence(), new Pings(pinger), threads);
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  @Override
  public void connect(MqttConnectionOptions wanted, Events events)
      throws IOException, MqttException {
    MqttConnectOptions options = new MqttConnectOptions();
    // or it would try 3.1 too
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(true);
    options.setMaxInflight(ConnackTerms.MOST_UNDER_WAY);
    options.setKeepAliveInterval(wanted.getKeepAliveInterval());
    options.setConnectionTimeout(wanted.getConnectionTimeout());
    options.setSocketFactory(wanted.getSocketFactory());
    if (wanted.getUserName() != null) {
      options.setUserName(wanted.getUserName());
    }
    if (wanted.getPassword() != null) {
      options.setPassword(password(wanted));
    }
    MqttMessage will = wanted.getWillMessage();
    if (will != null) {
      options.setWill(
          wanted.getWillDestination(), will.getPayload(), will.getQos(), will.isRetained());
    }
    client.setCallback(new Callbacks(events));
    try {
      client.connect(options, null, new IMqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
          events.connected(ConnackTerms.untold(token.getSessionPresent()));
        }

        @Override
        public void onFailure(IMqttToken token, Throwable why) {
          events.failed(five(why));
        }
      });
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  /** MQTT 3.1.1, 3.1.2.9: none without a user. Paho takes text alone. */
  private static char[] password(MqttConnectionOptions wanted) throws RefusedException {
    byte[] bytes = wanted.getPassword();
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (wanted.getUserName() == null) {
      throw new RefusedException(
          "MQTT 3.1.1 has no password without a user; want user, or another protocol");
    }
    if (!Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
      throw new RefusedException("the password is not UTF-8; want such a one, or protocol: 5");
    }
    return text.toCharArray();
  }

  @Override
  public void publish(String topic, MqttMessage message, Publication publication)
      throws MqttException {
    var leaving = new org.eclipse.paho.client.mqttv3.MqttMessage(message.getPayload());
    leaving.setQos(message.getQos());
    leaving.setRetained(message.isRetained());
    try {
      client.publish(topic, leaving, null, listening(publication));
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  private static IMqttActionListener listening(Publication publication) {
    return new IMqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        if (token.getResponse() instanceof MqttPubAck) {
          publication.answered(PubackReason.SUCCESS);
        } else {
          publication.unanswered(token.isComplete());
        }
      }

      @Override
      public void onFailure(IMqttToken token, Throwable why) {
        publication.failed();
      }
    };
  }

  @Override
  public int[] subscribe(String filter, long atMostMs) throws MqttException {
    try {
      IMqttToken token = client.subscribe(filter, 1);
      token.waitForCompletion(atMostMs);
      return codes(token);
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  private static int[] codes(IMqttToken token) {
    int[] codes = token.getGrantedQos();
    return codes == null ? new int[0] : codes;
  }

  @Override
  public void subscribe(List<String> filters, Consumer<int[]> answered) throws MqttException {
    int[] each = new int[filters.size()];
    Arrays.fill(each, 1);
    try {
      client.subscribe(filters.toArray(String[]::new), each, null, new IMqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
          answered.accept(codes(token));
        }

        @Override
        public void onFailure(IMqttToken token, Throwable why) {
          // the link is lost, or will be
        }
      });
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  @Override
  public void acknowledgeByHand() {
    client.setManualAcks(true);
  }

  @Override
  public void acknowledge(MqttMessage message) throws MqttException {
    try {
      client.messageArrivedComplete(message.getId(), message.getQos());
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  @Override
  public void disconnect(int reason, long sessionExpirySeconds, long atMostMs)
      throws MqttException {
    try {
      client.disconnect(0).waitForCompletion(atMostMs);
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw five(e);
    }
  }

  @Override
  public void end() {
    try {
      if (client.isConnected()) {
        client.disconnectForcibly(0, 1, false);
      }
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      // the socket is cut, there is nothing left to end
    }
    try {
      client.close(true);
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      // it is still in its own end, which the cut brings about
    }
  }

  private static Throwable five(Throwable why) {
    return why instanceof org.eclipse.paho.client.mqttv3.MqttException three ? five(three) : why;
  }

  /** The same in the numbers of Paho's client for MQTT 5, which are mostly the same. */
  private static MqttException five(org.eclipse.paho.client.mqttv3.MqttException why) {
    int reason = why.getReasonCode();
    boolean isOfAPacket =
        reason == org.eclipse.paho.client.mqttv3.MqttException.REASON_CODE_UNEXPECTED_ERROR
            && PahoWords.isOfAPacket(why);
    Throwable cause = why.getCause();
    MqttException made = new MqttException(
        isOfAPacket ? MqttException.REASON_CODE_MALFORMED_PACKET : reason,
        cause == null ? null : five(cause));
    made.setStackTrace(why.getStackTrace());
    return made;
  }

  private static final class Pings implements MqttPingSender {
    private final Pinger pinger;

    Pings(Pinger pinger) {
      this.pinger = pinger;
    }

    @Override
    public void init(ClientComms comms) {
      pinger.pings(comms::getKeepAlive, () -> {
        MqttToken sent = comms.checkForActivity();
        return sent == null ? null : sent::isComplete;
      });
    }

    @Override
    public void start() {
      pinger.start();
    }

    @Override
    public void stop() {
      pinger.stop();
    }

    @Override
    public void schedule(long afterMs) {
      pinger.schedule(afterMs);
    }
  }

  private static final class Callbacks implements MqttCallback {
    private final Events events;

    Callbacks(Events events) {
      this.events = events;
    }

    @Override
    public void connectionLost(@Nullable Throwable why) {
      Throwable told = why == null ? null : five(why);
      events.ended(0, told instanceof MqttException mqtt ? mqtt : new MqttException(told));
    }

    @Override
    public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
      MqttMessage come = new MqttMessage(message.getPayload());
      come.setQos(message.getQos());
      come.setRetained(message.isRetained());
      come.setId(message.getId());
      events.arrived(topic, come);
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }
}
