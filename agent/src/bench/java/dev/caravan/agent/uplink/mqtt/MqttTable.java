package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Prints how fast the uplink publishes to a real mosquitto on the loopback address, beside Paho alone, with the same messages, in turns
 * within one run, and how fast a backlog on disk drains through the courier. Nobody subscribes.
 */
public final class MqttTable {
  private static final int ROUNDS = 5;
  private static final int ACKS = 400;
  private static final int MESSAGES = 8_000;
  private static final int TURN = 64;
  /** Nobody listens, and what the broker takes counts. */
  private static final Lane.Terms TERMS =
      new Lane.Terms(0, 0, Budget.UNLIMITED, Budget.Use.LIVE, Budget.Use.BACKLOG);

  private static final long DRAINED_BYTES = 64 << 20;

  private final PrintStream out;
  private final Path dir;
  private final String url;
  private long sequence;

  private MqttTable(PrintStream out, Path dir, String url) {
    this.out = out;
    this.dir = dir;
    this.url = url;
  }

  /** Takes {@code acks}, {@code rate}, {@code drain}, or nothing for all; wants mosquitto (Debian). */
  public static void main(String[] args) throws Exception {
    Path dir = Files.createTempDirectory(Path.of("").toAbsolutePath(), "mqtt-table-");
    List<String> wanted = List.of(args);
    try (Mosquitto broker = new Mosquitto(dir, "max_queued_messages 0")) {
      MqttTable table = new MqttTable(System.out, dir, broker.url());
      if (wanted.isEmpty() || wanted.contains("acks")) {
        table.printAcks();
      }
      if (wanted.isEmpty() || wanted.contains("rate")) {
        table.printRate();
      }
      if (wanted.isEmpty() || wanted.contains("drain")) {
        table.printDrain();
      }
    } finally {
      delete(dir);
    }
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> below = Files.walk(dir)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  // rates

  private interface Publishing {
    void publish(int messages) throws Exception;
  }

  /** Nanoseconds a message, the median of the rounds; the first round warms up and does not count. */
  private static double[] inTurns(int messages, Publishing... lanes) throws Exception {
    List<List<Double>> spent = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (int lane = 0; lane < lanes.length; lane++) {
        if (round == 0) {
          spent.add(new ArrayList<>());
        }
        long startNs = System.nanoTime();
        lanes[lane].publish(messages);
        if (round > 0) {
          spent.get(lane).add((System.nanoTime() - startNs) / (double) messages);
        }
      }
    }
    return spent.stream()
        .mapToDouble(each -> each.stream().sorted().toList().get(each.size() / 2))
        .toArray();
  }

  private void printAcks() throws Exception {
    Rig rig = rig(1);
    rig.uplink.open();
    try (RawPaho nagle = new RawPaho(url, "nagle", 1, false);
        RawPaho raw = new RawPaho(url, "raw", 1, true)) {
      byte[] body = body(16 << 10);
      double[] ns = inTurns(
          ACKS,
          count -> send(rig.outlet, body, count, 1),
          count -> raw.publish(body, count),
          count -> nagle.publish(body, Math.min(count, 100)));
      out.printf(
          Locale.ROOT,
          "16 KiB, window 1, mean ack ms: caravan %.3f, Paho with TCP_NODELAY %.3f, Paho as it is %.3f%n",
          ns[0] / 1e6,
          ns[1] / 1e6,
          ns[2] * (ACKS / 100) / 1e6);
    } finally {
      rig.uplink.close();
    }
  }

  private void printRate() throws Exception {
    Rig rig = rig(16);
    rig.uplink.open();
    try (RawPaho raw = new RawPaho(url, "raw", 16, true)) {
      byte[] body = body(1 << 10);
      double[] ns = inTurns(
          MESSAGES,
          count -> send(rig.outlet, body, count, TURN),
          count -> raw.publish(body, count));
      out.printf(
          Locale.ROOT,
          "1 KiB, window 16, msg/s: caravan %.0f, Paho with TCP_NODELAY %.0f, ratio %.2f%n",
          1e9 / ns[0],
          1e9 / ns[1],
          ns[1] / ns[0]);
    } finally {
      rig.uplink.close();
    }
  }

  private Rig rig(int window) {
    return new Rig(
        Tail.settings("url: '" + url + "'", "window: " + window, "keep_unheard: 0s"),
        "cloud",
        false,
        0);
  }

  /** The batches of route {@code cloud}. */
  static Outlet outlet(MqttUplink uplink) {
    return uplink.outlet(new Channel(
        "cloud",
        (entry, late) -> List.of(new Message(
            Topics.USUAL.data(new DeviceName("f", "d1"), "cloud"),
            Topics.Kind.DATA.contentType(),
            TelemetryEnvelope.around(entry.body(), entry.sequence(), late))),
        id -> Optional.empty(),
        0));
  }

  private void send(Outlet outlet, byte[] body, int messages, int turn) throws IOException {
    Bytes content = Bytes.of(body);
    for (int done = 0; done < messages; done += turn) {
      List<Entry> entries = LongStream.range(0, turn)
          .mapToObj(i -> new Entry(++sequence, now(), 1, Bytes.EMPTY, content))
          .toList();
      Receipt receipt = outlet.send(entries, Collections.nCopies(turn, false));
      if (receipt.fates().contains(Receipt.Fate.KEPT)) {
        throw new IOException("not taken: " + receipt);
      }
    }
  }

  private static long now() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
  }

  private static byte[] body(int bytes) {
    byte[] body = new byte[bytes];
    new Random(20_261_123).nextBytes(body);
    return body;
  }

  // a backlog

  private void printDrain() throws Exception {
    for (int bytes : new int[] {4 << 10, 16 << 10, 64 << 10}) {
      List<Double> rates = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        rates.add(drain(bytes, dir.resolve("backlog-" + bytes + "-" + round)));
      }
      rates.sort(Comparator.naturalOrder());
      out.printf(
          Locale.ROOT,
          "backlog of %d MiB on disk in entries of %d KiB, window 16: %.0f MB/s (%.0f..%.0f)%n",
          DRAINED_BYTES >> 20,
          bytes >> 10,
          rates.get(1),
          rates.get(0),
          rates.get(2));
    }
  }

  /** MB/s of bodies from the courier's start to the last that is removed. */
  private double drain(int bytes, Path home) throws Exception {
    Bytes body = Bytes.of(body(bytes));
    StoreSettings settings =
        new StoreSettings(home, 1L << 30, 0, 1_000_000_000L, 16 << 20, 8 << 20);
    Health health = new Health();
    SystemTimeline timeline = new SystemTimeline();
    try (DiskQueue queue = DiskQueue.open(settings, "cloud", Keepers.CLOUD, timeline, health)) {
      for (long done = 0; done < DRAINED_BYTES; done += bytes) {
        queue.append(1, Bytes.EMPTY, body);
        if (done % (4 << 20) == 0) {
          queue.sync();
        }
      }
      queue.sync();
    }
    try (DiskQueue queue = DiskQueue.open(settings, "cloud", Keepers.CLOUD, timeline, health)) {
      Stop stop = new Stop();
      MqttUplink uplink = new MqttUplink(
          Tail.settings("url: '" + url + "'", "window: 16", "keep_unheard: 0s"),
          new Origin(new DeviceName("f", "d1"), "cloud", false),
          new SilentStatus(),
          timeline,
          health,
          stop);
      Courier courier = new Courier(
          "cloud",
          List.of(new Lane("cloud", queue, outlet(uplink), TERMS, timeline, health)),
          uplink,
          Budget.UNLIMITED,
          timeline,
          health,
          stop,
          new Random(1));
      Thread thread = new Thread(courier, "courier");
      long startNs = System.nanoTime();
      thread.start();
      while (queue.entries() > 0) {
        thread.join(1);
      }
      double seconds = (System.nanoTime() - startNs) / 1e9;
      stop.request();
      thread.join();
      return DRAINED_BYTES / 1e6 / seconds;
    }
  }

  static final class SilentStatus implements StatusSource {
    @Override
    public Bytes online() {
      return Bytes.EMPTY;
    }

    @Override
    public Bytes offline() {
      return Bytes.EMPTY;
    }

    @Override
    public long version() {
      return 1;
    }
  }
}
