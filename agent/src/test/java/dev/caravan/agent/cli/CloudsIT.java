package dev.caravan.agent.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.Program;
import dev.caravan.agent.assembly.Agent;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.broker.Terms;
import dev.caravan.agent.broker.Terms.Limit;
import dev.caravan.agent.broker.Terms.Matter;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.uplink.mqtt.Certificates;
import dev.caravan.agent.uplink.mqtt.ConnectProxy;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The configurations for clouds, as they are but for the source, the store and a proxy that leads to this machine, against a broker that
 * holds them to what the cloud wants. Everything arrives, nothing is against the terms, and each of the terms was of matter.
 */
@Timeout(120)
class CloudsIT {
  private static final Path ROOT = Path.of(System.getProperty("caravan.root", ".."));
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Pattern URL = Pattern.compile("url: ssl://([^:]+):(\\d+)");
  private static final Pattern FILE =
      Pattern.compile("(?:password_file|ca|cert|key): ([A-Za-z0-9.-]+)");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final Path folder;

  CloudsIT(@TempDir Path folder) {
    this.folder = folder;
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("config/clouds"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  private static String config(String name) throws IOException {
    return Files.readString(ROOT.resolve("config/clouds/" + name + ".yaml"));
  }

  /** The lines that a configuration prints for the making of its password. */
  private void runPrinted(String text, Path where) throws IOException {
    List<String> lines = text.lines()
        .filter(line -> line.startsWith("#   ") && !line.contains("mosquitto_passwd"))
        .filter(line -> !line.contains("${deviceName}"))
        .map(line -> line.substring(4))
        .toList();
    if (!lines.isEmpty()) {
      String key = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.US_ASCII));
      Program.run(
          "bash",
          "-ec",
          "cd " + where + "\nKEY=" + key + "\nSECRET=" + SECRET + "\n" + String.join("\n", lines));
    }
  }

  private KeyMaterial keys(Path where, String text) throws IOException {
    Certificates made = new Certificates(where);
    made.authority("test-ca");
    Matcher url = URL.matcher(text);
    assertTrue(url.find(), text);
    made.issue("test-ca", "server", "DNS:" + url.group(1));
    made.issue("test-ca", "client", "DNS:car-7");
    Matcher file = FILE.matcher(text);
    while (file.find()) {
      Path path = where.resolve(file.group(1));
      if (file.group().startsWith("password_file")) {
        if (!Files.exists(path)) {
          Files.writeString(path, "hush\n");
        }
      } else {
        String name = file.group().startsWith("ca")
            ? "test-ca.pem"
            : file.group().startsWith("cert") ? "client.pem" : "client.key";
        Files.copy(where.resolve(name), path);
      }
    }
    Path own = Files.writeString(
        where.resolve("front.yaml"), "{ca: test-ca.pem, cert: server.pem, key: server.key}");
    return KeyMaterial.from(YamlFile.read(own, new Faults()));
  }

  /** The configuration, to be run here. */
  private String here(String text, int proxyPort) {
    String large = "max_samples: 100000";
    String changed = text.replace(
            "type: slcan, port: /dev/ttyUSB0, bitrate: 500k", "type: replay, file: log, speed: max")
        .replace("dir: /var/lib/caravan/cloud", "dir: spool")
        .replace(
            "      type: mqtt\n",
            "      type: mqtt\n      proxy: http://127.0.0.1:" + proxyPort + "\n");
    if (!changed.contains("tls: {")) {
      changed += "      tls: {ca: test-ca.pem}\n";
    } else if (!changed.contains("{ca: ")) {
      changed = changed.replace("tls: {", "tls: {ca: test-ca.pem, ");
    }
    if (changed.contains("json: {")) {
      return changed.replace("json: {", "json: {" + large + ", ");
    }
    String block = changed.contains("format: json") ? "json" : "batch";
    return changed.replace("    store:", "    " + block + ": {" + large + "}\n    store:");
  }

  /** Frames of many kinds with random content, so that compression does little. */
  private static String log() throws IOException {
    List<Integer> ids = new ArrayList<>();
    Matcher message = Pattern.compile("(?m)^BO_ (\\d+) \\w+: 8 ")
        .matcher(Files.readString(ROOT.resolve("config/dbc/nev.dbc")));
    while (message.find()) {
      ids.add(Integer.parseInt(message.group(1)));
    }
    Random random = new Random(7);
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      log.append("(%d.%06d) can0 %03X#%016X%n"
          .formatted(
              1764000000 + i / 4000,
              i % 4000 * 250,
              ids.get(random.nextInt(ids.size())),
              random.nextLong()));
    }
    return log.toString();
  }

  private Path laidOut(String name) throws IOException {
    for (String each : List.of("dbc/nev.dbc", "vss/nev.yaml")) {
      Path to = folder.resolve(each);
      Files.createDirectories(to.getParent());
      Files.copy(ROOT.resolve("config").resolve(each), to);
    }
    Path where = Files.createDirectories(folder.resolve("clouds"));
    Files.writeString(where.resolve("log"), log());
    runPrinted(config(name), where);
    return where;
  }

  private static Plan plan(Path file) throws Exception {
    Faults faults = new Faults();
    Plan plan = Plan.read(file, faults);
    assertEquals(List.of(), faults.found());
    return plan;
  }

  private static Agent agent(Plan plan) throws Exception {
    return new Agent(plan, new SystemTimeline(), new Agent.Build("0", "test"));
  }

  /** Runs the agent until all that was read has left, and gives how many samples that is. */
  private static long run(Plan plan) throws Exception {
    try (Agent agent = agent(plan)) {
      agent.start();
      await()
          .atMost(LONG)
          .until(() -> agent.health().part("source", "can0").state() == Part.State.ENDED);
      await()
          .atMost(LONG)
          .until(() -> agent.waiting() == 0
              && agent.health().total(SharedMetrics.ENCODE_SAMPLES)
                  >= agent.health().total(SharedMetrics.DECODE_SAMPLES));
      await().atMost(LONG).until(() -> agent.waiting() == 0);
      return agent.health().total(SharedMetrics.ENCODE_SAMPLES);
    }
  }

  /** That the rights that lie beside a configuration let it do what it did. */
  private static void proveRights(String name, Terms terms) throws IOException {
    String file = switch (name) {
      case "aws-iot" -> "aws-iot-policy.json";
      case "azure-event-grid" -> "azure-event-grid.sh";
      case "emqx" -> "emqx-acl.conf";
      case "mosquitto-acl" -> "mosquitto.acl";
      default -> "";
    };
    if (file.isEmpty()) {
      return;
    }
    Matcher right = Pattern.compile("caravan/v1/[^\\s'\"]*")
        .matcher(Files.readString(ROOT.resolve("config/clouds").resolve(file))
            .replaceAll("\\$\\{[A-Za-z:.]+}|%u", "car-7"));
    List<String> allowed = new ArrayList<>();
    while (right.find()) {
      String own = right.group();
      if (own.contains("/car-7/") && !own.matches(".*/(command|receipt|request)")) {
        allowed.add(
            Pattern.quote(own).replace("+", "\\E[^/]+\\Q").replaceAll("[#*]", "\\\\E.+\\\\Q"));
      }
    }
    for (Matter matter : List.of(Matter.TOPIC, Matter.WILL_TOPIC)) {
      for (String topic : terms.seen(matter)) {
        assertTrue(allowed.stream().anyMatch(topic::matches), () -> topic + " of " + allowed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everythingArrivesWithinTheLimitsOfTheCloud(String name) throws Exception {
    Cloud cloud = Cloud.of(name);
    Terms terms = new Terms(cloud.limits());
    Path where = laidOut(name);
    KeyMaterial keys = keys(where, config(name));
    try (LoopbackBroker broker = new LoopbackBroker(0);
        CloudFront front = new CloudFront(keys.context(), terms, broker.port())) {
      Plan plan =
          plan(Files.writeString(where.resolve("here.yaml"), here(config(name), front.port())));
      Topics topics = plan.routes().get(0).topics();
      CloudReader reader = config(name).contains("format: json")
          ? new JsonReader(broker.url(), topics)
          : new AuditReader(broker.url(), topics);
      try (reader) {
        await().atMost(LONG).until(reader::isSubscribed);
        cloud.tell(broker.faults());
        broker.keepTo(terms);
        long samples = run(plan);
        assertEquals(List.of(), terms.breaches());
        assertTrue(samples > 10_000);
        await().atMost(LONG).until(() -> reader.samples() >= samples);
        reader.prove(samples);
      }
    }
    proveRights(name, terms);
    for (Limit limit : cloud.limits()) {
      Limit changed = Cloud.changed(limit, terms);
      assertTrue(
          terms.seen(limit.matter()).stream()
              .anyMatch(each -> !changed.allows(new Terms.Seen(limit.matter(), each))),
          limit::toString);
    }
  }

  /** Of clouds whose rules take what nobody subscribes to. */
  @ParameterizedTest
  @ValueSource(strings = {"aws-iot", "azure-event-grid", "emqx", "thingsboard"})
  void nothingWaitsWhereRulesTakeIt(String name) throws Exception {
    Terms terms = new Terms(Cloud.of(name).limits());
    Path where = laidOut(name);
    KeyMaterial keys = keys(where, config(name));
    try (LoopbackBroker broker = new LoopbackBroker(0);
        CloudFront front = new CloudFront(keys.context(), terms, broker.port())) {
      broker.keepTo(terms);
      assertTrue(run(
              plan(Files.writeString(where.resolve("here.yaml"), here(config(name), front.port()))))
          > 10_000);
      assertEquals(List.of(), terms.breaches());
    }
  }

  /** mosquitto itself, with the files that lie there. */
  @Test
  void mosquittoTakesWhatItsFilesAllow() throws Exception {
    Path where = laidOut("mosquitto-acl");
    Certificates made = new Certificates(where);
    made.authority("mosquitto-ca");
    made.issue("mosquitto-ca", "mosquitto", "DNS:mosquitto.example,IP:127.0.0.1");
    String passwords = Program.require("mosquitto_passwd", "mosquitto");
    String users = where.resolve("users").toString();
    Program.run(passwords, "-b", "-c", users, "car-7", "hush");
    Program.run(passwords, "-b", users, "reader", "hush");
    Files.writeString(where.resolve("mosquitto.password"), "hush\n");
    Path clouds = ROOT.resolve("config/clouds");
    Files.copy(clouds.resolve("mosquitto.acl"), where.resolve("mosquitto.acl"));
    int port = Program.freePort();
    Path conf = Files.writeString(
        where.resolve("mosquitto.conf"),
        Files.readString(clouds.resolve("mosquitto.conf"))
            .replace("/etc/mosquitto/", where + "/")
            .replace("listener 8883", "user root\nlistener " + port + " 127.0.0.1")
            .replace("persistence true", "persistence false"));
    Path readers = Files.writeString(where.resolve("reader.yaml"), """
        {type: mqtt, url: 'ssl://127.0.0.1:%d', user: reader, password_file: mosquitto.password, tls: {ca: mosquitto-ca.pem}}
        """.formatted(port));
    try (Program mosquitto =
            Program.start(Program.require("mosquitto", "mosquitto"), "-c", conf.toString());
        ConnectProxy proxy = new ConnectProxy(port, "HTTP/1.1 200 OK\r\n\r\n", 0);
        AuditReader reader = new AuditReader(
            MqttSettings.from(YamlFile.read(readers, new Faults())), Topics.USUAL)) {
      await().atMost(LONG).until(reader::isSubscribed);
      String text = here(config("mosquitto-acl"), proxy.port());
      long samples = run(plan(Files.writeString(where.resolve("here.yaml"), text)));
      await().atMost(LONG).until(() -> reader.samples() >= samples);
      assertEquals(samples, reader.samples());
      assertEquals(List.of(), refused(port, where, "car-7"));
      assertEquals(1, refused(port, where, "car-8").size());
      reader.prove(samples);
      assertTrue(mosquitto.process().isAlive());
    }
  }

  /** What is said of a message of user car-7 on a topic of this device. */
  private static List<String> refused(int port, Path where, String device) throws IOException {
    try (Program publishing = Program.start(
        Program.require("mosquitto_pub", "mosquitto-clients"),
        "-V",
        "5",
        "-p",
        Integer.toString(port),
        "-h",
        "127.0.0.1",
        "--cafile",
        where.resolve("mosquitto-ca.pem").toString(),
        "-u",
        "car-7",
        "-P",
        "hush",
        "-q",
        "1",
        "-t",
        "caravan/v1/north/" + device + "/odd",
        "-m",
        "x")) {
      int unused = publishing.exitCode(20);
      return Stream.concat(publishing.lines().stream(), publishing.errors().stream())
          .filter(line -> line.contains("Not authorized"))
          .toList();
    }
  }

  /** As a program of others reads. */
  private static final class JsonReader implements CloudReader {
    private final List<Object> bodies = new CopyOnWriteArrayList<>();
    private final Stop stop = new Stop();
    private final MqttSubscriber subscriber;

    JsonReader(String url, Topics topics) {
      subscriber = new MqttSubscriber(
          MqttSettings.of(url, KeyMaterial.ofRuntime()),
          "reader",
          List.of(topics.all(Topics.Kind.DATA)),
          message -> topics
              .place(message.topic(), message.properties())
              .filter(place -> place.kind() == Topics.Kind.DATA)
              .ifPresent(place -> {
                assertEquals("north/car-7/cloud", place.device() + "/" + place.name());
                bodies.add(
                    Json.parse(new String(message.payload().toArray(), StandardCharsets.UTF_8)));
              }),
          stop,
          new Random(1));
      Thread thread = new Thread(subscriber, "reader");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public boolean isSubscribed() {
      return subscriber.isSubscribed();
    }

    private static long values(@Nullable Object body) {
      if (body instanceof List<?> list) {
        return list.stream().mapToLong(JsonReader::values).sum();
      }
      if (!(body instanceof Map<?, ?> map)) {
        return 0;
      }
      return map.get("values") instanceof Map<?, ?> values
          ? values.size()
          : map.values().stream().mapToLong(JsonReader::values).sum();
    }

    @Override
    public long samples() {
      return bodies.stream().mapToLong(JsonReader::values).sum();
    }

    @Override
    public void prove(long samples) {
      assertEquals(samples, samples());
    }

    @Override
    public void close() {
      stop.request();
    }
  }
}
