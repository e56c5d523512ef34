package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.uplink.mqtt.MqttRequest;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands over a real broker to the agent from the jar. */
class CommandIT {
  private static final Path DBC = Path.of(System.getProperty("caravan.root", ".."))
      .resolve("config/dbc/nev.dbc")
      .toAbsolutePath();
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final List<Program> programs = new ArrayList<>();

  CommandIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.port = Program.freePort();
  }

  @AfterEach
  void endWhatWasStarted() {
    programs.forEach(Program::close);
  }

  private Program keep(Program program) {
    programs.add(program);
    return program;
  }

  private String url() {
    return "tcp://127.0.0.1:" + port;
  }

  private Program command(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(
        "command",
        "-b",
        url(),
        "--device",
        "f/car",
        "--key",
        folder.resolve("key").toString()));
    words.addAll(Arrays.asList(more));
    return keep(Program.caravan(Map.of(), words.toArray(String[]::new)));
  }

  private String answer(int code, String... words) throws IOException {
    Program asked = command(words);
    assertEquals(code, asked.exitCode(30), () -> asked.lines() + " " + asked.errors());
    return String.join("\n", asked.lines());
  }

  private Program road(String allow) throws IOException {
    keep(Program.mosquitto(folder, port));
    Program made = keep(
        Program.caravan(Map.of(), "command", "--make-key", folder.resolve("key").toString()));
    assertEquals(0, made.exitCode(20));
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("key"))));
    Files.writeString(folder.resolve("car.yaml"), """
        device: {id: car, fleet: f}
        sources:
          - {name: can0, type: slcan, port: links/can0, bitrate: 500k, decode: [{dbc: "%s"}]}
        routes:
          - name: cloud
            batch: {max_age: 1h}
            store: {dir: spool}
            uplink: {type: mqtt, url: "%s"}
        commands: {allow: [%s], keys: [key.pub]}
        devices: [{name: can0, type: slcan}]
        """.formatted(DBC, url(), allow));
    String config = folder.resolve("car.yaml").toString();
    keep(Program.caravan(
        Map.of(), "simulate", "-c", config, "--links", folder.resolve("links").toString()));
    Program run = keep(Program.caravan(Map.of(), "run", "-c", config));
    await().atMost(LONG).until(() -> has(run, "can0: open"));
    await().atMost(LONG).until(() -> has(run, "cloud: takes commands"));
    return run;
  }

  private static boolean has(Program run, String words) {
    return run.errors().stream().anyMatch(line -> line.contains(words));
  }

  @Test
  void eachCommandDoesWhatItSays() throws Exception {
    Program run = road("status, flush, read-dtc, set-log-level, restart-source");
    Program tail = keep(Program.caravan(Map.of(), "tail", "-b", url(), "-f", "json"));
    assertTrue(answer(0, "status").contains("can0"), "a status names its sources");
    await().atMost(LONG).pollInterval(Duration.ofSeconds(2)).until(() -> {
      answer(0, "flush");
      return tail.lineCount() > 100;
    });
    assertEquals("done", answer(0, "read-dtc"));
    assertEquals("done: source can0 is opened again", answer(0, "restart-source", "can0"));
    await()
        .atMost(LONG)
        .until(() ->
            run.errors().stream().filter(line -> line.contains("can0: open")).count() == 2);
    assertTrue(answer(1, "restart-source", "can7").startsWith("failed: no such source: can7"));
    assertEquals("done: level error", answer(0, "set-log-level", "error"));
    int before = run.errors().size();
    answer(0, "restart-source", "can0");
    assertEquals("done: level debug", answer(0, "set-log-level", "debug"));
    await().atMost(LONG).until(() -> has(run, "name=set-log-level, arguments=[debug]"));
    assertTrue(
        run.errors().subList(before, run.errors().size()).stream()
            .noneMatch(line -> line.contains("restart-source")),
        () -> String.join("\n", run.errors()));
    assertEquals(0, run.terminate());
  }

  @Test
  void tenThousandMessagesOfRubbishChangeNothing() throws Exception {
    Program run = road("status");
    assertTrue(answer(1, "flush").startsWith("refused: not allowed"));
    MqttSettings settings = MqttSettings.of(url(), KeyMaterial.ofRuntime());
    Random random = new Random(3);
    Path rubbish = folder.resolve("rubbish");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      lines.append(Bytes.of(bytes)).append('\n');
    }
    Files.writeString(rubbish, lines);
    String pub = Program.require("mosquitto_pub", "mosquitto-clients");
    Program sent = keep(Program.start(
        "sh", "-c", pub + " -p " + port + " -q 1 -t caravan/v1/f/car/command -l < " + rubbish));
    assertEquals(0, sent.exitCode(60), () -> sent.errors().toString());
    String status = answer(0, "status");
    assertTrue(status.contains("command.malformed"), status);
    assertTrue(MqttRequest.ask(
            settings,
            "stranger",
            "caravan/v1/f/car/command",
            List.of("caravan/v1/f/car/reply/stranger"),
            Bytes.ofHex("00ff"),
            Bytes.ofHex("01"),
            body -> false,
            1_000_000_000L)
        .isEmpty());
    assertEquals(0, run.terminate());
    assertTrue(
        run.errors().stream().noneMatch(line -> line.contains("fault of the program")),
        () -> String.join("\n", run.errors()));
  }
}
