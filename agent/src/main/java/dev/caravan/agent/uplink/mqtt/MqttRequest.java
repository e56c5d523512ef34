package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: MQTT 5, 4.10. By MQTT 3.1.1, of either side, an answer comes on a topic that both know, and what is in it says
 * what it answers. Has no state; any thread.
 */
public final class MqttRequest {
  private static final Logger LOG = LoggerFactory.getLogger(MqttRequest.class);
  private static final long SUBSCRIBE_MS = 5000;

  private MqttRequest() {}

  /**
   * Publishes a request and waits for the answer with its correlation data, or without any and {@code isOurs}.
   *
   * @param answerTopics where answers come; the first is asked for
   * @return none if there was none in time
   * @throws IOException if the broker cannot be reached or does not take the request; also if nobody listens to it
   */
  public static Optional<Bytes> ask(
      MqttSettings settings,
      String clientId,
      String topic,
      List<String> answerTopics,
      Bytes request,
      Bytes correlation,
      Predicate<Bytes> isOurs,
      long waitNs)
      throws IOException {
    BrokerLimits limits = new BrokerLimits(0, settings.protocol(), System::nanoTime);
    Versions versions = limits.versions();
    for (int tried = 1; ; tried++) {
      Version version = versions.next();
      try {
        return ask(
            settings, limits, clientId, topic, answerTopics, request, correlation, isOurs, waitNs);
      } catch (IOException e) {
        if (tried > Versions.MOST_UNANSWERED
            || (versions.next() == version && !versions.isInDoubt())) {
          throw e;
        }
      }
    }
  }

  private static Optional<Bytes> ask(
      MqttSettings settings,
      BrokerLimits limits,
      String clientId,
      String topic,
      List<String> answerTopics,
      Bytes request,
      Bytes correlation,
      Predicate<Bytes> isOurs,
      long waitNs)
      throws IOException {
    MqttSettings.Broker broker = settings.brokers().get(0);
    BlockingQueue<Bytes> answers = new ArrayBlockingQueue<>(1);
    BrokerConnection connection = new BrokerConnection(
        broker,
        limits,
        clientId,
        broker.tls() ? settings.keys().context() : null,
        Optional.empty(),
        (where, message) -> {
          byte[] mark =
              message.getProperties() == null ? null : message.getProperties().getCorrelationData();
          Bytes body = Bytes.of(message.getPayload());
          if (mark == null ? isOurs.test(body) : Bytes.of(mark).equals(correlation)) {
            boolean unused = answers.offer(body);
          }
        },
        bytes -> {},
        () -> false,
        () -> {});
    try {
      connection.open(settings.connectOptions(true, 0), 1, settings.connectTimeoutSeconds());
      connection.subscribing().subscribe(answerTopics.get(0), SUBSCRIBE_MS);
      for (String other : answerTopics.subList(1, answerTopics.size())) {
        subscribeIfAllowed(connection, other);
      }
      Publication publication =
          connection.publish(topic, Messages.request(request, answerTopics.get(0), correlation));
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

  private static void subscribeIfAllowed(BrokerConnection connection, String topic)
      throws IOException {
    try {
      connection.subscribing().subscribe(topic, SUBSCRIBE_MS);
    } catch (RefusedException e) {
      // answers come on the first where both sides speak MQTT 5
      LOG.debug("{}", e.getMessage());
    }
  }
}
