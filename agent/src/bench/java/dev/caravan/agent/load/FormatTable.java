package dev.caravan.agent.load;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Prints what each format costs beside the columns: bytes a value as they arrive at mosquitto, and the CPU time of the whole agent, at
 * 2,000 frames/s of the simulated car. The agents run side by side and get the traffic in turns.
 */
public final class FormatTable {
  private static final long RATE = 2_000;
  private static final long LATE_MS = 1_500;

  /** Of a route, by their names in the table; AGE is how old a batch may be. The first is what the others are compared with. */
  private static final Map<String, String> ROUTES = routes();

  private static Map<String, String> routes() {
    Map<String, String> routes = new LinkedHashMap<>();
    routes.put("columns", "batch: {max_age: AGE}");
    for (String layout : List.of("rows", "groups", "batch", "thingsboard")) {
      String keys = "format: json, json: {max_age: AGE, layout: " + layout;
      routes.put("json " + layout, keys + "}");
      routes.put("json " + layout + " + gzip", keys + ", compress: gzip}");
    }
    routes.put("records", "format: records, records: {max_age: AGE}");
    return routes;
  }

  private static final Pattern SENT = Pattern.compile(".*handed over.* samples=(\\d+);.*");

  private final PrintStream out = System.out;

  // what is asked for
  private List<String> formats = List.copyOf(ROUTES.keySet());
  private List<String> ages = List.of("1s", "10s");
  private int seconds = 20;
  private int warmSeconds = 20;
  private int rounds = 2;

  private FormatTable() {}

  /**
   * Takes {@code --formats "columns,json groups + gzip"}, {@code --ages 1s,10s} of a batch, {@code --seconds 20} a turn, {@code --warm 20}
   * seconds before, {@code --rounds 2}. Wants mosquitto (Debian) and the built jar.
   */
  public static void main(String[] args) throws Exception {
    FormatTable table = new FormatTable();
    for (int at = 0; at + 1 < args.length; at += 2) {
      String value = args[at + 1];
      switch (args[at]) {
        case "--formats" -> table.formats = List.of(value.split(",", -1));
        case "--ages" -> table.ages = List.of(value.split(",", -1));
        case "--seconds" -> table.seconds = Integer.parseInt(value);
        case "--warm" -> table.warmSeconds = Integer.parseInt(value);
        case "--rounds" -> table.rounds = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("unknown: " + args[at]);
      }
    }
    Path dir = Files.createTempDirectory("format-table-");
    try {
      for (String age : table.ages) {
        table.run(dir.resolve(age), age);
      }
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    System.exit(0);
  }

  private void run(Path dir, String age) throws Exception {
    int port = Program.freePort();
    String url = "tcp://127.0.0.1:" + port;
    List<LoadAgent> agents = new ArrayList<>();
    Path brokerDir = Files.createDirectories(dir.resolve("broker"));
    try (Program broker = Program.mosquitto(brokerDir, port);
        Heard heard = new Heard(url)) {
      for (String format : formats) {
        String name = "a" + agents.size();
        agents.add(new LoadAgent(
            Program.jar(),
            name,
            dir.resolve(name),
            new LoadBus(),
            config(url, ROUTES.getOrDefault(format, format).replace("AGE", age)),
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms12m", "-Xmx64m")));
      }
      agents.forEach(agent -> agent.bus.rate(RATE));
      pause(warmSeconds * 1_000L);
      agents.forEach(agent -> agent.bus.rate(0));
      pause(LATE_MS);
      double[] percents = new double[agents.size()];
      Arrays.fill(percents, Double.MAX_VALUE);
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < percents.length; i++) {
          percents[i] = Math.min(percents[i], percent(agents.get(i)));
        }
      }
      out.printf(
          "%n%-28s %10s %8s %10s%n",
          "batches of " + age, "B/value", "CPU %", "x " + formats.get(0));
      for (int i = 0; i < percents.length; i++) {
        LoadAgent agent = agents.get(i);
        agent.terminate();
        out.printf(
            Locale.ROOT,
            "%-28s %10.3f %8.2f %10.2f%n",
            formats.get(i),
            (double) heard.bytes(agent.name) / samples(agent),
            percents[i],
            percents[i] / percents[0]);
      }
    } finally {
      agents.forEach(LoadAgent::close);
    }
  }

  private static String config(String url, String route) {
    Path dbc = Path.of("../config/dbc/nev.dbc").toAbsolutePath().normalize();
    return "sources:\n"
        + "  - {name: can0, type: slcan, port: PORT, bitrate: 1M, timestamps: on, decode: [{dbc: "
        + dbc + "}]}\n"
        + "routes:\n"
        + "  - {name: cloud, " + route + ", store: {dir: DIR/spool},\n"
        + "     uplink: {type: mqtt, url: \"" + url + "\"}}\n";
  }

  private double percent(LoadAgent agent) throws IOException {
    if (!agent.isAlive()) {
      throw new IOException("agent " + agent.name + " has ended: " + agent.errors());
    }
    agent.bus.rate(RATE);
    pause(1_000);
    long startNs = System.nanoTime();
    long before = agent.read().cpuTicks();
    pause(seconds * 1_000L);
    double percent = (agent.read().cpuTicks() - before) / ((System.nanoTime() - startNs) / 1e9);
    agent.bus.rate(0);
    pause(LATE_MS);
    return percent;
  }

  /** As it says at its end. */
  private static long samples(LoadAgent agent) throws IOException {
    return agent.errors().stream()
        .map(SENT::matcher)
        .filter(Matcher::matches)
        .mapToLong(line -> Long.parseLong(line.group(1)))
        .findFirst()
        .orElseThrow(() -> new IOException("agent " + agent.name + " does not say what it sent"));
  }

  private static void pause(long ms) {
    long untilNs = System.nanoTime() + ms * 1_000_000;
    while (untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(untilNs - System.nanoTime());
    }
  }

  /** Bodies of the routes' messages at the broker. */
  private static final class Heard implements AutoCloseable {
    private final MqttAsyncClient client;
    private final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();

    Heard(String url) throws MqttException {
      client = new MqttAsyncClient(url, "format-table", new MemoryPersistence());
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setCleanStart(true);
      client.connect(options).waitForCompletion();
      client
          .subscribe(
              new MqttSubscription[] {new MqttSubscription("caravan/v1/load/+/data/#", 1)},
              null,
              null,
              new IMqttMessageListener[] {
                (topic, message) ->
                    count(topic.split("/", -1)[3]).addAndGet(message.getPayload().length)
              },
              new MqttProperties())
          .waitForCompletion();
    }

    private AtomicLong count(String device) {
      return bytes.computeIfAbsent(device, key -> new AtomicLong());
    }

    long bytes(String device) {
      return count(device).get();
    }

    @Override
    public void close() throws MqttException {
      client.disconnectForcibly(0, 1, false);
      client.close(true);
    }
  }
}
