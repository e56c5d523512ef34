package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A subscription and the thread that turns what it brings into samples. */
final class Tail implements AutoCloseable {
  /** Every batch of every device, every event, and how the device is, which tells when it was started. */
  static final List<String> ALL = List.of(
      Topics.all(Topics.Kind.DATA), Topics.all(Topics.Kind.EVENT), Topics.all(Topics.Kind.STATUS));

  /** The largest that MQTT knows; many wait at once, so each is bounded by the memory, too. */
  private static final long LARGEST_PACKET_BYTES = 256 << 20;

  private static final int PACKETS_SHARE = 64;

  /** For what a reader of messages remembers. */
  private static final int SHARE = 3;

  /** Takes every message as it came. */
  interface Recorder {
    /** Returns once the message is handed to the system. */
    void arrived(String topic, Bytes message) throws IOException;
  }

  private final Receiver stream;
  private final Recorder recorder;
  private volatile @Nullable IOException failure;
  private final Stop stop = new Stop();
  private final MqttSubscriber subscriber;
  private final Thread thread;

  /** {@code listener} is called on a thread of the tail's own. */
  Tail(
      MqttSettings broker,
      List<String> topics,
      Optional<String> share,
      Receiver.Listener listener) {
    this(broker, topics, share, listener, (topic, message) -> {});
  }

  /** {@code recorder} is called before the broker is told that a message has arrived. */
  Tail(
      MqttSettings broker,
      List<String> topics,
      Optional<String> share,
      Receiver.Listener listener,
      Recorder recorder) {
    this.recorder = recorder;
    this.stream = new Receiver(listener, Room.share(SHARE), share.isEmpty());
    List<String> filters = new ArrayList<>(List.of(Topics.all(Topics.Kind.SCHEMA)));
    String before = share.map(group -> "$share/" + group + "/").orElse("");
    topics.forEach(topic -> filters.add(before + topic));
    this.subscriber = new MqttSubscriber(
        broker,
        "caravan-tail-" + Long.toHexString(new SecureRandom().nextLong()),
        filters,
        this::arrived,
        Math.min(LARGEST_PACKET_BYTES, Room.bytes(PACKETS_SHARE)),
        new Health().bugs("tail"),
        stop,
        new Random());
    this.thread = new Thread(subscriber, "tail");
  }

  private void arrived(MqttSubscriber.Message message) {
    if (failure != null) {
      return;
    }
    try {
      recorder.arrived(message.topic(), message.payload());
    } catch (IOException e) {
      failure = e;
      stop.request();
      return;
    }
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

  /** Why the recorder took no more, which ended the tail; empty while it takes all. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /** How often the subscription was interrupted. */
  int interruptions() {
    return Math.max(0, subscriber.connects() - 1);
  }

  Receiver.Counts counts() {
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
