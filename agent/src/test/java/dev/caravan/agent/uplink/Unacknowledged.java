package dev.caravan.agent.uplink;

import dev.caravan.agent.Declared;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One route, its small store filled without end, to a broker that lets it in and acknowledges nothing but the status: link after
 * link is given up, and the store evicts what it must.
 */
final class Unacknowledged implements AutoCloseable {
  private static final int BODY_BYTES = 1024;
  private static final long STORE_BYTES = 1 << 20;

  private final Health health = new Health();
  private final Stop stop = new Stop();
  private final LoopbackBroker broker = new LoopbackBroker(0);
  private final DiskQueue queue;
  private final Thread courier;
  private final Random random = new Random(1);

  /** Starts; with a keep-alive of 5 s a link lasts 6.5 s. */
  Unacknowledged(Path dir) throws IOException {
    SystemTimeline timeline = new SystemTimeline();
    queue = DiskQueue.open(
        new StoreSettings(dir.resolve("q"), STORE_BYTES, 0, 1_000_000_000L, 16 << 10, 64 << 10),
        "cloud",
        Keepers.CLOUD,
        timeline,
        health);
    broker.faults().withholdPubacks(true);
    MqttUplink uplink = new MqttUplink(
        settings(dir),
        new Origin(new DeviceName("f", "soak"), "cloud", false),
        new Reconnects.Status(),
        timeline,
        health,
        stop);
    Outlet outlet = uplink.outlet(new Channel(
        "cloud",
        (entry, late) -> List.of(new Message("caravan/v1/f/soak/data/x", "", entry.body())),
        id -> Optional.empty(),
        0));
    Courier body = new Courier(
        "cloud",
        List.of(
            new Lane("cloud", queue, outlet, Lane.Terms.UNMETERED, timeline, health, 1_000_000)),
        uplink,
        Budget.UNLIMITED,
        timeline,
        health,
        stop,
        new Patience(
            new Backoff(1000, 1000, random),
            new Backoff(1000, 1000, random),
            new Backoff(1000, 1000, random)));
    courier = new Thread(body, "courier-cloud");
    courier.start();
  }

  private MqttSettings settings(Path dir) throws IOException {
    Path file = dir.resolve("uplink.yaml");
    Files.writeString(
        file, "type: mqtt\nurl: '" + broker.url() + "'\nkeep_alive: 5s\nwindow: 16\n");
    return MqttSettings.from(YamlFile.read(file, new Faults()));
  }

  /** Appends for so long, about a thousand entries of a KiB a second, and gives how many. */
  long append(long forNs) {
    long untilNs = System.nanoTime() + forNs;
    long count = 0;
    byte[] body = new byte[BODY_BYTES];
    while (System.nanoTime() < untilNs) {
      for (int i = 0; i < 10; i++) {
        random.nextBytes(body);
        queue.append(1, Bytes.EMPTY, Bytes.of(body));
        count++;
      }
      stop.await(10_000_000);
    }
    return count;
  }

  long count(String name) {
    return health.counter(Declared.count(name), "cloud").value();
  }

  @Override
  public void close() throws IOException {
    stop.request();
    try {
      courier.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.close();
    broker.close();
  }
}
