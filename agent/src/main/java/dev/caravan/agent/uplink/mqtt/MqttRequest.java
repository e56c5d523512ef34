package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One request over MQTT 5 and its answer (MQTT 5, 4.10). Has no state; any thread. */
public final class MqttRequest {
  private static final long SUBSCRIBE_MS = 5000;

  private MqttRequest() {}

  /**
   * Publishes a request and waits for the answer with its correlation data.
   *
   * @return none if there was none in time
   * @throws IOException if the broker cannot be reached or does not take the request; also if nobody listens to it
   */
  public static Optional<Bytes> ask(
      MqttSettings settings,
      String clientId,
      String topic,
      String responseTopic,
      Bytes request,
      Bytes correlation,
      long waitNs)
      throws IOException {
    MqttSettings.Broker broker = settings.brokers().get(0);
    BlockingQueue<Bytes> answers = new ArrayBlockingQueue<>(1);
    BrokerConnection connection = new BrokerConnection(
        broker,
        new BrokerLimits(0, settings.protocol(), System::nanoTime),
        clientId,
        broker.tls() ? settings.keys().context() : null,
        (from, message) -> {
          byte[] mark =
              message.getProperties() == null ? null : message.getProperties().getCorrelationData();
          if (mark != null && Bytes.of(mark).equals(correlation)) {
            boolean unused = answers.offer(Bytes.of(message.getPayload()));
          }
        },
        bytes -> {},
        () -> false,
        () -> {});
    try {
      connection.open(settings.connectOptions(true, 0), 1, settings.connectTimeoutSeconds());
      connection.subscribing().subscribe(responseTopic, SUBSCRIBE_MS);
      Publication publication =
          connection.publish(topic, Messages.request(request, responseTopic, correlation));
      connection.awaitEnd(publication, System.nanoTime() + waitNs);
      if (!publication.isAnswered() || publication.reason() != PubackReason.SUCCESS) {
        String why =
            publication.isAnswered() ? ReasonCode.text(publication.reason()) : "no acknowledgement";
        throw new IOException("publish to " + broker + ": topic=" + topic + ", " + why);
      }
      return Optional.ofNullable(answers.poll(waitNs, TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      connection.close(0);
    }
  }
}
