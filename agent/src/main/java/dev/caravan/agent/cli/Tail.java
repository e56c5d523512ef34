package dev.caravan.agent.cli;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A subscription and the thread that turns what it brings into samples. */
final class Tail implements AutoCloseable {
  private static final String SCHEMAS = "caravan/v1/+/+/schema/+";

  private final TailStream stream;
  private final Stop stop = new Stop();
  private final MqttSubscriber subscriber;
  private final Thread thread;

  /** {@code listener} is called on a thread of the tail's own. */
  Tail(MqttSettings broker, String filter, Optional<String> share, TailStream.Listener listener) {
    this.stream = new TailStream(share.isEmpty(), listener);
    List<String> filters = new ArrayList<>(List.of(SCHEMAS));
    filters.add(share.map(group -> "$share/" + group + "/" + filter).orElse(filter));
    this.subscriber = new MqttSubscriber(
        broker,
        "caravan-tail-" + Long.toHexString(new SecureRandom().nextLong()),
        filters,
        this::arrived,
        stop,
        new Random());
    this.thread = new Thread(subscriber, "tail");
  }

  private void arrived(MqttSubscriber.Message message) {
    synchronized (stream) {
      stream.arrived(message.topic(), message.payload());
    }
  }

  void start() {
    thread.start();
  }

  boolean isSubscribed() {
    return subscriber.isSubscribed();
  }

  /** How often the subscription was interrupted. */
  int interruptions() {
    return Math.max(0, subscriber.connects() - 1);
  }

  TailStream.Counts counts() {
    synchronized (stream) {
      return stream.counts();
    }
  }

  /** Ends the subscription and tells what is missing. */
  @Override
  public void close() {
    stop.request();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (stream) {
      stream.end();
    }
  }
}
