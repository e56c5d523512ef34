package dev.caravan.agent.uplink.mqtt;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import dev.caravan.v1.Batch;
import dev.caravan.v1.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Takes the size of a batch of one second in bytes, without it 16 KiB; and {@code alone}, so that none are joined. */
  public static void main(String[] args) throws Exception {
    int batchBytes = args.length > 0 ? Integer.parseInt(args[0]) : 16 << 10;
    boolean joins = args.length < 2;
    Path dir = Files.createTempDirectory("drain-");
    try (Mosquitto mosquitto = new Mosquitto(dir, "max_queued_messages 0")) {
      drain(dir, mosquitto, batchBytes, joins);
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void drain(Path dir, Mosquitto mosquitto, int batchBytes, boolean joins)
      throws Exception {
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
          BatchEnvelope outside = outside(message.payload());
          arrived.addAndGet(outside.isJoined() ? outside.last() - outside.sequence() + 1 : 1);
          Long made = madeNs.get(outside.sequence());
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
                  "cloud", queue, outlet(uplink, joins), Lane.Terms.UNMETERED, timeline, health)),
              uplink,
              Budget.UNLIMITED,
              timeline,
              health,
              stop,
              new Random(1)),
          "courier");
      courier.start();
      // connecting is another matter
      while (queue.entries() == SECONDS) {
        courier.join(1);
      }
      long startNs = System.nanoTime();
      long live = 0;
      while (queue.entries() > 2) {
        madeNs.put(queue.newest().orElseThrow().sequence() + 1, System.nanoTime());
        queue.append(1, Bytes.EMPTY, batch);
        live++;
        for (int i = 0; i < 10 && queue.entries() > 2; i++) {
          courier.join(10);
        }
      }
      double seconds = (System.nanoTime() - startNs) / 1e9;
      while (arrived.get() < SECONDS + live) {
        courier.join(10);
      }
      System.out.printf(
          "backlog %d batches of %d B%s: %.2f s, %.0f MB/s; live batches meanwhile %d, oldest at the subscriber %.0f ms%n",
          SECONDS,
          batch.length(),
          joins ? "" : ", each alone",
          seconds,
          SECONDS * batch.length() / seconds / 1e6,
          live,
          oldestNs.get() / 1e6);
      stop.request();
      courier.join();
    }
    listening.join();
  }

  /** As {@code StoredBodies} does for a queue that is one stream. */
  private static Outlet outlet(MqttUplink uplink, boolean joins) {
    String topic = Topics.USUAL.data(new DeviceName("f", "d1"), "cloud");
    String contentType = Topics.Kind.DATA.contentType();
    Envelope envelope = new Envelope() {
      @Override
      public List<Message> messages(Entry entry, boolean late) {
        Bytes body = TelemetryEnvelope.around(entry.body(), entry.sequence(), late);
        return List.of(new Message(topic, contentType, body));
      }

      @Override
      public Optional<Joined> joined(List<Entry> entries, long mostBytes) {
        Seal seal = new Seal(StreamId.NONE, entries.get(0).sequence(), true);
        return joins
            ? JoinedMessage.of(entries.stream().map(Entry::body).toList(), seal, mostBytes)
                .map(made ->
                    new Joined(made.count(), new Message(topic, contentType, made.message())))
            : Optional.empty();
      }
    };
    return uplink.outlet(new Channel("cloud", envelope, id -> Optional.empty(), 0));
  }

  /** A batch with content that is packed as well as can be. */
  private static Bytes asField(byte[] content) {
    return Bytes.owning(Batch.newBuilder()
        .setEncoding(Encoding.ENCODING_COMPACT_DEFLATE)
        .setCompact(ByteString.copyFrom(content))
        .build()
        .toByteArray());
  }

  private static BatchEnvelope outside(Bytes message) {
    try {
      return BatchReader.envelope(message);
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
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
