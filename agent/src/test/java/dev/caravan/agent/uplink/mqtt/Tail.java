package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A real subscriber on a thread of its own, and what it was given. */
final class Tail implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final List<Message> messages = new CopyOnWriteArrayList<>();
  final MqttSubscriber subscriber;
  private final Stop stop = new Stop();
  private final Thread thread;

  Tail(String url, String... filters) {
    this(url, message -> {}, filters);
  }

  Tail(String url, Consumer<Message> also, String... filters) {
    this(url, also, true, filters);
  }

  /** {@code subscribes}: whether to wait until it has subscribed. */
  Tail(String url, Consumer<Message> also, boolean subscribes, String... filters) {
    this(settings("url: '" + url + "'"), also, subscribes, filters);
  }

  Tail(MqttSettings settings, Consumer<Message> also, boolean subscribes, String... filters) {
    subscriber = new MqttSubscriber(
        settings,
        "tail" + COUNT.incrementAndGet(),
        List.of(filters),
        message -> {
          also.accept(message);
          messages.add(message);
        },
        stop,
        new Random(1));
    thread = new Thread(subscriber, "tail");
    thread.start();
    if (subscribes) {
      await().until(subscriber::isSubscribed);
    }
  }

  /** Settings from lines of a configuration file. */
  static MqttSettings settings(String... lines) {
    return settings(false, lines);
  }

  /** The same, for readers of before where {@code isCompat}. */
  static MqttSettings settings(boolean isCompat, String... lines) {
    try {
      Path file = Files.createTempFile("uplink", ".yaml");
      try {
        Files.writeString(file, "type: mqtt\n" + String.join("\n", lines) + "\n");
        Faults faults = new Faults();
        Node node = YamlFile.read(file, faults);
        MqttSettings settings =
            isCompat ? MqttSettings.from(typed(node), true) : MqttSettings.from(node);
        if (!faults.found().isEmpty()) {
          throw new IllegalArgumentException(faults.found().toString());
        }
        return settings;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever reads a route has looked at the type. */
  private static Node typed(Node uplink) {
    assertEquals("mqtt", uplink.at("type").text());
    return uplink;
  }

  /** The sequences that arrived, in their order; what {@link Rig} sends begins with them. */
  List<Long> sequences() {
    return messages.stream()
        .filter(message -> message.topic().contains("/data/"))
        .map(message -> new String(message.payload().toArray(), StandardCharsets.UTF_8))
        .map(text -> Long.valueOf(text.split(" ", 2)[0]))
        .toList();
  }

  /** The topics of all that arrived, in their order. */
  List<String> topics() {
    return messages.stream().map(Message::topic).toList();
  }

  @Override
  public void close() {
    stop.request();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
