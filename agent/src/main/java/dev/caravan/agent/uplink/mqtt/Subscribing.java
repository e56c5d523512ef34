package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** What a connection asks a broker to send, and how it acknowledges what comes. Any thread. */
final class Subscribing {
  private final PahoClient client;
  private final MqttSettings.Broker broker;
  private final Function<MqttException, String> inWords;
  private final Consumer<IOException> lose;

  Subscribing(
      PahoClient client,
      MqttSettings.Broker broker,
      Function<MqttException, String> inWords,
      Consumer<IOException> lose) {
    this.client = client;
    this.broker = broker;
    this.inWords = inWords;
    this.lose = lose;
  }

  private String what(String filters) {
    return "subscribe at " + broker + ": filter=" + filters + ", ";
  }

  /**
   * Subscribes with QoS 1 and waits for the answer.
   *
   * @throws RefusedException if the broker does not let this client subscribe
   * @throws IOException if it gives no answer
   */
  void subscribe(String filter, long atMostMs) throws IOException {
    try {
      int[] codes = client.subscribe(filter, atMostMs);
      if (codes.length > 0 && codes[0] >= ReasonCode.FIRST_OF_FAILURE) {
        throw new RefusedException(what(filter) + "refused, " + ReasonCode.text(codes[0]));
      }
    } catch (MqttException e) {
      String text = what(filter) + inWords.apply(e);
      // a reason that Paho does not know, 0x97 among them
      boolean isRefused = e.getReasonCode() == MqttException.REASON_CODE_INVALID_RETURN_CODE;
      throw isRefused ? new RefusedException(text) : new IOException(text, e);
    }
  }

  /**
   * Subscribes with QoS 1 to what is published from now on, and does not wait.
   *
   * @param answered told, on Paho's thread, why the broker does not let this client, empty if it does; not at all if the link is lost first
   */
  void subscribe(List<String> filters, Consumer<String> answered) {
    String what = what(String.join(" ", filters));
    try {
      client.subscribe(filters, codes -> {
        String why = "";
        for (int code : codes) {
          why = code >= ReasonCode.FIRST_OF_FAILURE
              ? what + "refused, " + ReasonCode.text(code)
              : why;
        }
        answered.accept(why);
      });
    } catch (MqttException e) {
      lose.accept(new IOException(what + inWords.apply(e), e));
    }
  }

  /** Leaves acknowledging what comes in to {@link #acknowledge}. */
  void acknowledgeByHand() {
    client.acknowledgeByHand();
  }

  /** Tells the broker that a message is dealt with; nothing comes of it once the link is lost. */
  void acknowledge(MqttMessage message) {
    try {
      client.acknowledge(message);
    } catch (MqttException e) {
      lose.accept(new IOException("acknowledge to " + broker + ": " + inWords.apply(e), e));
    }
  }
}
