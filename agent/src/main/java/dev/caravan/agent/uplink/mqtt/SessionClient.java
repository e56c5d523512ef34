package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Session;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * A client whose format has a {@link Session}: it is connected once the session's topics are subscribed to, it is not held back and
 * its births are sent, and it ends with the session's death. Messages get their place in the session in the order in which they are sent.
 */
final class SessionClient implements PahoClient {
  private static final long SUBSCRIBE_MS = 10_000;
  private static final long HELD_BACK_MS = 5_000;
  private static final long BIRTHS_APART_MS = 1_000;

  /** MQTT 5, 3.14.2.1: the last will is to be published. */
  private static final int WITH_WILL = 0x04;

  private static final int LEAST_ERROR = 0x80;

  private final PahoClient client;
  private final Session session;
  private final PahoThreads threads;

  // what follows is guarded by this
  private boolean isBorn;
  private boolean isDead;
  private boolean isBirthDue;
  private long bornNs;

  SessionClient(PahoClient client, Session session, PahoThreads threads) {
    this.client = client;
    this.session = session;
    this.threads = threads;
  }

  @Override
  public void connect(MqttConnectionOptions options, Events events)
      throws IOException, MqttException {
    Message will;
    synchronized (this) {
      will = session.begin();
    }
    options.setCleanStart(true);
    options.setSessionExpiryInterval(0L);
    options.setWill(will.topic(), message(will, 1));
    options.setWillMessageProperties(new MqttProperties());
    client.connect(options, new Heard(events));
  }

  private static MqttMessage message(Message of, int qos) {
    return new MqttMessage(of.body().toArray(), qos, false, new MqttProperties());
  }

  /** On a thread that may wait. */
  private void start(ConnackTerms terms, Events events) {
    try {
      for (String topic : session.topics()) {
        int[] codes = client.subscribe(topic, SUBSCRIBE_MS);
        if (codes.length == 0 || codes[0] >= LEAST_ERROR) {
          events.lose(new IOException("the broker lets nobody listen to " + topic
              + ", from where the format of the route takes its commands"));
          return;
        }
      }
      synchronized (this) {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELD_BACK_MS);
        while (session.isHeldBack()) {
          long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
          if (leftMs <= 0) {
            events.lose(new IOException("the primary host is not online: keeping all for it"));
            return;
          }
          wait(leftMs);
        }
        bear();
      }
      events.connected(terms);
    } catch (MqttException e) {
      events.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void bear() throws MqttException {
    isBirthDue = false;
    if (!isDead) {
      isBorn = true;
      bornNs = System.nanoTime();
      for (Message birth : session.births()) {
        send(birth);
      }
    }
  }

  private void send(Message message) throws MqttException {
    client.publish(message.topic(), message(message, 0), new Publication(written -> {}, true));
  }

  private final class Heard implements Events {
    private final Events events;

    Heard(Events events) {
      this.events = events;
    }

    @Override
    public void connected(ConnackTerms terms) {
      threads.execute(() -> start(terms, events));
    }

    @Override
    public void failed(Throwable why) {
      events.failed(why);
    }

    @Override
    public void lose(IOException why) {
      events.lose(why);
    }

    @Override
    public void ended(int reason, @Nullable MqttException why) {
      events.ended(reason, why);
    }

    @Override
    public void arrived(String topic, MqttMessage message) {
      Session.Heard heard;
      synchronized (SessionClient.this) {
        heard = session.heard(topic, Bytes.of(message.getPayload()));
        SessionClient.this.notifyAll();
        if (heard == Session.Heard.BIRTHS && isBorn && !isBirthDue) {
          isBirthDue = true;
          long sinceMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - bornNs);
          var unused = threads.schedule(
              () -> {
                try {
                  bear();
                } catch (MqttException e) {
                  events.lose(new IOException("births: " + e.getMessage(), e));
                }
              },
              Math.max(0, BIRTHS_APART_MS - sinceMs),
              TimeUnit.MILLISECONDS);
        }
      }
      if (heard == Session.Heard.END) {
        threads.execute(() -> {
          try {
            disconnect(0, 0, HELD_BACK_MS);
          } catch (MqttException e) {
            // it ends all the same
          }
          events.lose(new IOException("the primary host is offline: keeping all for it"));
        });
      } else if (heard == Session.Heard.NOTHING) {
        events.arrived(topic, message);
      }
    }
  }

  @Override
  public void publish(String topic, MqttMessage message, Publication publication)
      throws MqttException {
    synchronized (this) {
      List<Message> leaving = session.leaving(topic, Bytes.of(message.getPayload()));
      if (isDead) {
        publication.failed();
        return;
      }
      for (int i = 0; i < leaving.size(); i++) {
        Message next = leaving.get(i);
        if (i == leaving.size() - 1 && next.topic().equals(topic)) {
          message.setPayload(next.body().toArray());
          client.publish(topic, message, publication);
          return;
        }
        send(next);
      }
    }
    // what it was for is told
    publication.answered(PubackReason.SUCCESS);
  }

  @Override
  public int[] subscribe(String filter, long atMostMs) throws MqttException {
    return client.subscribe(filter, atMostMs);
  }

  @Override
  public void subscribe(List<String> filters, Consumer<int[]> answered) throws MqttException {
    client.subscribe(filters, answered);
  }

  @Override
  public void acknowledgeByHand() {
    client.acknowledgeByHand();
  }

  @Override
  public void acknowledge(MqttMessage message) throws MqttException {
    client.acknowledge(message);
  }

  /** With the session's death before it, whatever the reason. */
  @Override
  public void disconnect(int reason, long sessionExpirySeconds, long atMostMs)
      throws MqttException {
    CountDownLatch written = new CountDownLatch(1);
    synchronized (this) {
      if (isBorn && !isDead) {
        Message death = session.death();
        client.publish(
            death.topic(), message(death, 0), new Publication(is -> written.countDown(), true));
      } else {
        written.countDown();
      }
      isDead = true;
    }
    try {
      // Paho drops at a disconnect what it has not written
      boolean unused = written.await(atMostMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.disconnect(WITH_WILL, 0, atMostMs);
  }

  @Override
  public void end() {
    client.end();
  }
}
