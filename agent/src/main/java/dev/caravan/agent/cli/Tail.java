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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A subscription and the thread that turns what it brings into samples. */
final class Tail implements AutoCloseable {
  /** The largest that MQTT knows; many wait at once, so each is bounded by the memory, too. */
  private static final long LARGEST_PACKET_BYTES = 256 << 20;

  private static final int PACKETS_SHARE = 64;

  /** As soon it is asked again. */
  private static final long REQUEST_SECONDS = 60;

  /** For what a reader of messages remembers. */
  private static final int SHARE = 3;

  /** Takes every message as it came. */
  interface Recorder {
    /** Returns once the message is handed to the system. */
    void arrived(String topic, Bytes message) throws IOException;
  }

  private final Receiver stream;
  private final Topics topics;
  private boolean saidNowhere;
  private final Recorder recorder;
  private final Receiver.Listener listener;
  private volatile @Nullable IOException failure;
  private final Stop stop = new Stop();
  private final MqttSubscriber subscriber;
  private final MissingSchemas missing;
  private final Thread thread;

  /** {@code listener} is called on a thread of the tail's own. */
  Tail(MqttSettings broker, Topics topics, Optional<String> share, Receiver.Listener listener) {
    this(broker, topics, all(topics), share, listener, (topic, message) -> {});
  }

  /**
   * The same of some messages.
   *
   * @param wanted filters for batches, events and the status; schemas come in any case
   * @param recorder is called, with the usual topic, before the broker is told that a message has arrived
   */
  Tail(
      MqttSettings broker,
      Topics topics,
      List<String> wanted,
      Optional<String> share,
      Receiver.Listener listener,
      Recorder recorder) {
    this.topics = topics;
    this.recorder = recorder;
    this.listener = listener;
    this.stream = new Receiver(listener, Room.share(SHARE), share.isEmpty());
    List<String> filters = new ArrayList<>(List.of(topics.all(Topics.Kind.SCHEMA)));
    String before = share.map(group -> "$share/" + group + "/").orElse("");
    wanted.forEach(filter -> filters.add(before + filter));
    this.subscriber = new MqttSubscriber(
        broker,
        broker.clientId().orElse("caravan-tail-" + Long.toHexString(new SecureRandom().nextLong())),
        filters,
        this::arrived,
        Math.min(LARGEST_PACKET_BYTES, Room.bytes(PACKETS_SHARE)),
        new Health().bugs("tail"),
        stop,
        new Random());
    this.missing = new MissingSchemas(
        topics,
        new MissingSchemas.Far() {
          @Override
          public void subscribe(String filter) {
            subscriber.addIfAllowed(filter);
          }

          @Override
          public boolean request(String topic, Bytes body) {
            return subscriber.publishIfAllowed(
                topic, Topics.Kind.REQUEST.contentType(), body, REQUEST_SECONDS);
          }
        },
        listener::tells,
        System::nanoTime);
    this.stream.onMissing(missing::wanted);
    this.subscriber.beside(missing::look);
    this.thread = new Thread(subscriber, "tail");
  }

  private void arrived(MqttSubscriber.Message message) {
    if (failure != null) {
      return;
    }
    Optional<Topics.Place> place = topics.place(message.topic(), message.properties());
    if (place.isEmpty()) {
      passOver(message.topic());
      return;
    }
    if (place.get().kind() == Topics.Kind.SCHEMA) {
      missing.came(place.get().name());
    }
    String topic = Topics.USUAL.of(place.get());
    try {
      recorder.arrived(topic, message.payload());
    } catch (IOException e) {
      failure = e;
      stop.request();
      return;
    }
    synchronized (stream) {
      stream.arrived(topic, message.payload());
    }
  }

  private void passOver(String topic) {
    if (!saidNowhere) {
      saidNowhere = true;
      listener.tells(
          "passing over what neither its topic nor its properties say of which device it is: topic="
              + topic + "; see --topic. RabbitMQ makes / of the dots in names");
    }
  }

  /** Every batch of every device, every event, and how the device is, which tells when it was started. */
  static List<String> all(Topics topics) {
    return Stream.of(Topics.Kind.DATA, Topics.Kind.EVENT, Topics.Kind.STATUS)
        .map(topics::all)
        .toList();
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
