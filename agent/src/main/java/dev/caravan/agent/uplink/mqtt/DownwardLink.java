package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.Downward;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes down on the connection of a route. A link that ended {@value #MOST_ENDS} times in a row while or just after a message
 * came, or over the subscription or an answer, is opened without a subscription and without the session that would bring it again; after
 * ten minutes it is tried anew. A subscription that is refused is no fault. The courier's thread, but for what arrives on Paho's.
 */
final class DownwardLink {
  private static final Logger LOG = LoggerFactory.getLogger(DownwardLink.class);
  private static final int MOST_ENDS = 2;
  private static final long PAUSE_NS = TimeUnit.MINUTES.toNanos(10);

  private final String route;
  private final Downward downward;
  private final SchemaAnswers schemas;
  private final LongSupplier nowNs;

  private int endsInRow;
  private boolean isPaused;
  private long pausedNs;
  private volatile @Nullable String told;

  // while connected
  private boolean isWanted;
  private volatile boolean isConfirmed;
  private @Nullable Publication answer;

  DownwardLink(String route, Downward downward, SchemaAnswers schemas, LongSupplier nowNs) {
    this.route = route;
    this.downward = downward;
    this.schemas = schemas;
    this.nowNs = nowNs;
  }

  /** Whether the next connection subscribes; else no session may bring what was subscribed to before. */
  boolean isWanted() {
    return !isPaused || nowNs.getAsLong() - pausedNs >= PAUSE_NS;
  }

  /** Asks the broker for a few messages at a time. */
  void options(MqttConnectionOptions options) {
    options.setReceiveMaximum(Downward.MOST_UNDONE);
  }

  /** Subscribes, and does not wait for the answer. */
  void opened(BrokerConnection open) {
    answer = null;
    isConfirmed = false;
    isWanted = isWanted();
    if (!isWanted) {
      return;
    }
    open.reserveOne();
    open.subscribing().subscribe(downward.topics(), why -> {
      isConfirmed = open.lost() == null;
      boolean isNews = !why.equals(told);
      if (isConfirmed && isNews) {
        told = why;
        if (why.isEmpty()) {
          LOG.info("{}: takes {}: {}", route, downward.what(), String.join(" ", downward.topics()));
        } else {
          LOG.warn("{}: takes no {}, all else goes on: {}", route, downward.what(), why);
        }
      }
    });
  }

  /** A connection has ended, perhaps over what came down. */
  void ended(BrokerConnection ended) {
    if (!isWanted || ended.lost() == null) {
      return;
    }
    boolean isOurs = !isConfirmed
        || isAnswerUnderWay()
        || schemas.isRequestUnderWay()
        || ended.hasEndedOverInbound();
    if (isOurs && ended.end() != LinkEnd.OTHER && ended.end() != LinkEnd.UNANSWERED) {
      endsInRow++;
    } else {
      endsInRow = 0;
    }
    if (endsInRow >= MOST_ENDS) {
      isPaused = true;
      told = null;
      pausedNs = nowNs.getAsLong();
      endsInRow = MOST_ENDS - 1;
      LOG.warn(
          "{}: the link ended {} times over what came down: takes no {} for {} min",
          route,
          MOST_ENDS,
          downward.what(),
          TimeUnit.NANOSECONDS.toMinutes(PAUSE_NS));
    }
  }

  /** Subscribes again if the time has come. */
  void resume(BrokerConnection open) {
    if (!isWanted && isWanted()) {
      isPaused = false;
      opened(open);
    }
  }

  /** A message came; on Paho's thread. Retained ones are none that somebody sends now. */
  void arrived(BrokerConnection from, String topic, MqttMessage message) {
    Runnable done = () -> {
      if (message.getQos() > 0 && from.lost() == null) {
        from.subscribing().acknowledge(message);
      }
    };
    if (message.isRetained()) {
      done.run();
      return;
    }
    MqttProperties properties = message.getProperties();
    String responseTopic = properties == null ? null : properties.getResponseTopic();
    byte[] correlation = properties == null ? null : properties.getCorrelationData();
    downward.arrived(new Downward.Arrived(
        topic,
        Bytes.of(message.getPayload()),
        responseTopic == null ? "" : responseTopic,
        correlation == null ? Bytes.EMPTY : Bytes.of(correlation),
        done));
  }

  /** Sends what is to be answered, as far as there is room for it beside what goes up. */
  void sendAnswers(BrokerConnection open, Messages messages) {
    while (downward.isAnswering() && open.hasReserved()) {
      Optional<Downward.Answer> next = downward.nextAnswer();
      if (next.isEmpty()) {
        return;
      }
      MqttMessage reply = messages.reply(next.get().message(), next.get().correlation());
      long packetBytes = messages.packetBytes(next.get().message(), 0, open.isAliasing())
          + next.get().correlation().length()
          + Messages.MOST_LENGTH_BYTES;
      if (packetBytes > open.largestPacketBytes()) {
        continue;
      }
      try {
        answer = open.publish(next.get().message().topic(), reply);
      } catch (IllegalArgumentException e) {
        LOG.debug("{}: no answer can be sent to where one is awaited: {}", route, e.getMessage());
      }
    }
  }

  /** Whether an answer has none yet. */
  boolean isAnswerUnderWay() {
    Publication latest = answer;
    return latest != null && !latest.isAnswered();
  }
}
