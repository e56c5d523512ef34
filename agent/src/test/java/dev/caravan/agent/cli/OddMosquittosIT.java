package dev.caravan.agent.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.assembly.Agent;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.uplink.mqtt.ConnectProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mosquitto in configurations that are not the usual one: all arrives, and an audit finds nothing missing. */
@Timeout(120)
class OddMosquittosIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int FRAMES = 5000;

  private final Path folder;
  private final int port = Program.freePort();

  OddMosquittosIT(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Stands for the address of a broker that refuses MQTT 5. */
  private static final String OLD = "url: old";

  /** {@code broker}: lines of its configuration, {@code rights}: of its users; {@code route} and {@code uplink}: lines of ours. */
  private record Odd(
      String name, List<String> broker, List<String> rights, String route, List<String> uplink) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Odd odd(String name, List<String> broker, String... uplink) {
    return new Odd(name, broker, List.of(), "shape: [{match: '**'}]", List.of(uplink));
  }

  static List<Odd> odds() {
    return List.of(
        odd("knows 3.1.1 alone", List.of(), OLD),
        odd("spoken to by 3.1.1", List.of(), "protocol: 3.1.1"),
        odd("without retained messages", List.of("retain_available false")),
        odd("one message at a time", List.of("max_inflight_messages 1")),
        odd("40000 messages at a time", List.of("max_inflight_messages 40000"), "window: 1000"),
        odd("small packets", List.of("max_packet_size 700")),
        odd("tiny packets by 3.1.1", List.of("max_packet_size 700"), "protocol: 3.1.1"),
        odd("small messages", List.of("message_size_limit 700")),
        odd("short keep-alives", List.of("max_keepalive 10")),
        odd("behind a proxy", List.of(), "url: tcp://broker.example:1883", "insecure: true"),
        odd("underscored host", List.of(), "url: tcp://my_broker_1:1883", "insecure: true"),
        odd(
            "underscored first",
            List.of(),
            "url: tcp://_broker._tcp.example_.lan:1883",
            "insecure: true"),
        new Odd(
            "rights below a prefix",
            List.of(),
            List.of("topic readwrite fleets/7/cars/#"),
            "topic: fleets/7/cars/FLEET/DEVICE/KIND/ROUTE",
            List.of()),
        new Odd(
            "no right to the will",
            List.of(),
            List.of(
                "topic readwrite caravan/v1/+/+/data/#", "topic readwrite caravan/v1/+/+/schema/#"),
            "shape: [{match: '**'}]",
            List.of()),
        odd("will off", List.of(), "will: off"));
  }

  private Program mosquitto(Odd odd) throws IOException {
    List<String> lines = new ArrayList<>(odd.broker());
    if (!odd.rights().isEmpty()) {
      Path rights =
          Files.writeString(folder.resolve("rights"), String.join("\n", odd.rights()) + "\n");
      lines.add("acl_file " + rights);
    }
    return Program.mosquitto(folder, port, lines.toArray(String[]::new));
  }

  /** A car of one message with four signals, and a log of random frames of a minute. */
  private Plan plan(Odd odd, int proxyPort, int oldPort) throws Exception {
    Files.writeString(folder.resolve("car.dbc"), """
        VERSION ""
        BU_: A
        BO_ 496 Engine: 8 A
         SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
         SG_ Load : 16|8@1+ (1,0) [0|255] "%" A
         SG_ Torque : 24|16@1- (0.1,0) [0|0] "Nm" A
         SG_ Counter : 40|24@1+ (1,0) [0|0] "" A
        """);
    Random random = new Random(3);
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < FRAMES; i++) {
      log.append("(%d.%06d) can0 1F0#%016X%n"
          .formatted(1764000000 + i / 100, i % 100 * 10_000, random.nextLong()));
    }
    Files.writeString(folder.resolve("log"), log);
    boolean isOld = odd.uplink().contains(OLD);
    boolean hasUrl = !isOld && odd.uplink().stream().anyMatch(line -> line.startsWith("url:"));
    List<String> uplink = new ArrayList<>(odd.uplink());
    uplink.remove(OLD);
    int direct = isOld ? oldPort : port;
    uplink.add(hasUrl ? "proxy: http://127.0.0.1:" + proxyPort : "url: tcp://127.0.0.1:" + direct);
    String text = """
        device: {id: car-7, fleet: north}
        sources: [{name: can0, type: replay, file: log, speed: max, decode: [{dbc: car.dbc}]}]
        routes:
          - name: cloud
            %s
            batch: {max_samples: 300}
            store: {dir: spool}
            uplink:
              type: mqtt
        %s
        """.formatted(
            odd.route(),
            uplink.stream().map(line -> "      " + line).collect(Collectors.joining("\n")));
    Faults faults = new Faults();
    Plan plan = Plan.read(Files.writeString(folder.resolve("car.yaml"), text), faults);
    assertEquals(List.of(), faults.found());
    return plan;
  }

  @ParameterizedTest
  @MethodSource("odds")
  void allArrivesAndAnAuditFindsNothingMissing(Odd odd) throws Exception {
    try (Program mosquitto = mosquitto(odd);
        ConnectProxy proxy = new ConnectProxy(port, "HTTP/1.1 200 OK\r\n\r\n", 0);
        OldFront old = new OldFront(port)) {
      Plan plan = plan(odd, proxy.port(), old.port());
      try (AuditReader reader =
          new AuditReader("tcp://127.0.0.1:" + port, plan.routes().get(0).topics())) {
        await().atMost(LONG).until(reader::isSubscribed);
        try (Agent agent = new Agent(plan, new SystemTimeline(), new Agent.Build("0", "test"))) {
          agent.start();
          await()
              .atMost(LONG)
              .until(() -> agent.health().part("source", "can0").state() == Part.State.ENDED);
          await().atMost(LONG).until(() -> reader.samples() >= 4L * FRAMES);
          await().atMost(LONG).until(() -> agent.waiting() == 0);
          assertEquals(4L * FRAMES, agent.health().total(SharedMetrics.ENCODE_SAMPLES));
        }
        reader.prove(4L * FRAMES);
      }
      assertTrue(mosquitto.process().isAlive());
    }
  }
}
