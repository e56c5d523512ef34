package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPubAck;

/** Paho's client for MQTT 5. */
final class PahoFive implements PahoClient {
  /** MQTT 5, 3.8.3.1: retained messages are not wanted at a subscription. */
  private static final int WITHOUT_RETAINED = 2;

  // the logger is held, or its level would be forgotten
  private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.mqttv5");

  static {
    // it tells as errors what is an everyday event here, and is told from here instead
    PAHO.setLevel(Level.OFF);
  }

  private final MqttSettings.Broker broker;
  private final MqttAsyncClient client;

  PahoFive(
      MqttSettings.Broker broker,
      String plainUrl,
      String clientId,
      Pinger pinger,
      PahoThreads threads)
      throws MqttException {
    this.broker = broker;
    client = new MqttAsyncClient(
        plainUrl, clientId, new MemoryPersistence(), new Pings(pinger), threads);
  }

  @Override
  public void connect(MqttConnectionOptions options, Events events) throws MqttException {
    client.setCallback(new Callbacks(events));
    client.connect(options, null, new MqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        try {
          events.connected(ConnackTerms.of(broker, token));
        } catch (IOException e) {
          events.lose(e);
        }
      }

      @Override
      public void onFailure(IMqttToken token, Throwable why) {
        events.failed(why);
      }
    });
  }

  @Override
  public void publish(String topic, MqttMessage message, Publication publication)
      throws MqttException {
    client.publish(topic, message, null, listening(publication));
  }

  static MqttActionListener listening(Publication publication) {
    return new MqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        // Paho also reports success, without any answer, for what was under way when the link was
        // lost
        if (token.getResponse() instanceof MqttPubAck answer) {
          int[] codes = answer.getReasonCodes();
          publication.answered(
              codes == null || codes.length == 0 ? PubackReason.SUCCESS : codes[0]);
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
    MqttSubscription wanted = new MqttSubscription(filter, 1);
    IMqttToken token =
        client.subscribe(new MqttSubscription[] {wanted}, null, null, new MqttProperties());
    token.waitForCompletion(atMostMs);
    return codes(token);
  }

  private static int[] codes(IMqttToken token) {
    int[] codes = token.getReasonCodes();
    return codes == null ? new int[0] : codes;
  }

  @Override
  public void subscribe(List<String> filters, Consumer<int[]> answered) throws MqttException {
    MqttSubscription[] wanted = filters.stream()
        .map(filter -> {
          MqttSubscription one = new MqttSubscription(filter, 1);
          one.setRetainHandling(WITHOUT_RETAINED);
          return one;
        })
        .toArray(MqttSubscription[]::new);
    client.subscribe(
        wanted,
        null,
        new MqttActionListener() {
          @Override
          public void onSuccess(IMqttToken token) {
            answered.accept(codes(token));
          }

          @Override
          public void onFailure(IMqttToken token, Throwable why) {
            // the link is lost, or will be
          }
        },
        new MqttProperties());
  }

  @Override
  public void acknowledgeByHand() {
    client.setManualAcks(true);
  }

  @Override
  public void acknowledge(MqttMessage message) throws MqttException {
    client.messageArrivedComplete(message.getId(), message.getQos());
  }

  @Override
  public void disconnect(int reason, long sessionExpirySeconds, long atMostMs)
      throws MqttException {
    MqttProperties farewell = new MqttProperties();
    farewell.setSessionExpiryInterval(sessionExpirySeconds);
    client.disconnect(0, null, null, reason, farewell).waitForCompletion(atMostMs);
  }

  @Override
  public void end() {
    try {
      if (client.isConnected()) {
        // a longer first wait, or a packet, would block it for half a minute
        client.disconnectForcibly(0, 1, false);
      }
    } catch (MqttException e) {
      // the socket is cut, there is nothing left to end
    }
    try {
      client.close(true);
    } catch (MqttException e) {
      // it is still in its own end, which the cut brings about
    }
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
    public void disconnected(MqttDisconnectResponse told) {
      events.ended(told.getReturnCode(), told.getException());
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      events.arrived(topic, message);
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
  }
}
