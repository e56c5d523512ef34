package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * How long an hour's backlog takes to leave for mosquitto while a new batch comes every 100 ms, and how old the new ones are
 * when they arrive at a subscriber.
 */
public final class DrainTable {
  private static final int SECONDS = 3600;
  private static final long HOUR_NS = SECONDS * 1_000_000_000L;

  private DrainTable() {}

  /** Takes the size of a batch of one second in bytes; without it 16 KiB. */
  public static void main(String[] args) throws Exception {
    int batchBytes = args.length > 0 ? Integer.parseInt(args[0]) : 16 << 10;
    Path dir = Files.createTempDirectory("drain-");
    try (Mosquitto mosquitto = new Mosquitto(dir, "max_queued_messages 0")) {
      drain(dir, mosquitto, batchBytes);
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void drain(Path dir, Mosquitto mosquitto, int batchBytes) throws Exception {
    StoreSettings settings =
        new StoreSettings(dir.resolve("q"), 1L << 30, 0, 1_000_000_000L, 4 << 20, 8 << 20);
    byte[] body = new byte[batchBytes];
    new Random(1).nextBytes(body);
    Bytes batch = asField(body);
    Health health = new Health();
    try (DiskQueue queue =
        DiskQueue.open(settings, "cloud", Keepers.CLOUD, new HourAgo(), health)) {
      for (int i = 0; i < SECONDS; i++) {
        queue.append(1, Bytes.EMPTY, batch);
      }
    }
    Map<Long, Long> madeNs = new ConcurrentHashMap<>();
    AtomicLong oldestNs = new AtomicLong();
    AtomicLong arrived = new AtomicLong();
    Stop stop = new Stop();
    SystemTimeline timeline = new SystemTimeline();
    MqttSubscriber subscriber = new MqttSubscriber(
        Tail.settings("url: '" + mosquitto.url() + "'"),
        "drain",
        java.util.List.of("caravan/v1/f/d1/data/cloud"),
        message -> {
          arrived.incrementAndGet();
          Long made = madeNs.get(sequence(message.payload()));
          if (made != null) {
            oldestNs.accumulateAndGet(System.nanoTime() - made, Math::max);
          }
        },
        stop,
        new Random(1));
    Thread listening = new Thread(subscriber, "listening");
    listening.start();
    while (!subscriber.isSubscribed()) {
      listening.join(10);
    }
    try (DiskQueue queue = DiskQueue.open(settings, "cloud", Keepers.CLOUD, timeline, health)) {
      MqttUplink uplink = new MqttUplink(
          Tail.settings("url: '" + mosquitto.url() + "'"),
          new Origin(new DeviceName("f", "d1"), "cloud", false),
          new MqttTable.SilentStatus(),
          timeline,
          health,
          stop);
      Thread courier = new Thread(
          new Courier(
              "cloud",
              List.of(new Lane(
                  "cloud",
                  queue,
                  MqttTable.outlet(uplink),
                  Lane.Terms.UNMETERED,
                  timeline,
                  health)),
              uplink,
              Budget.UNLIMITED,
              timeline,
              health,
              stop,
              new Random(1)),
          "courier");
      long startNs = System.nanoTime();
      courier.start();
      long live = 0;
      while (queue.entries() > 2) {
        madeNs.put(queue.newest().orElseThrow().sequence() + 1, System.nanoTime());
        queue.append(1, Bytes.EMPTY, batch);
        live++;
        courier.join(100);
      }
      double seconds = (System.nanoTime() - startNs) / 1e9;
      while (arrived.get() < SECONDS + live) {
        courier.join(10);
      }
      System.out.printf(
          "backlog %d batches of %d B: %.1f s; live batches meanwhile %d, oldest at the subscriber %.0f ms%n",
          SECONDS, batch.length(), seconds, live, oldestNs.get() / 1e6);
      stop.request();
      courier.join();
    }
    listening.join();
  }

  private static Bytes asField(byte[] content) {
    com.google.protobuf.ByteString bytes = com.google.protobuf.ByteString.copyFrom(content);
    return Bytes.owning(
        dev.caravan.v1.Batch.newBuilder().setContent(bytes).build().toByteArray());
  }

  private static long sequence(Bytes message) {
    try {
      return BatchReader.envelope(message).sequence();
    } catch (MalformedMessageException e) {
      return 0;
    }
  }

  /** The system's clock an hour ago. */
  private static final class HourAgo implements Timeline {
    @Override
    public long nowNs() {
      return System.currentTimeMillis() * 1_000_000L - HOUR_NS;
    }

    @Override
    public long monotonicNs() {
      return System.nanoTime();
    }

    @Override
    public TimeOrigin origin() {
      return TimeOrigin.NTP;
    }

    @Override
    public long errorNs() {
      return 0;
    }
  }
}
