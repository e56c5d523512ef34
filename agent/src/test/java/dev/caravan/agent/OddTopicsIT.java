package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that a broker allows and that are not the usual ones, from the agent to each reader. */
class OddTopicsIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final List<Program> programs = new ArrayList<>();

  OddTopicsIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.port = Program.freePort();
  }

  @AfterEach
  void endWhatWasStarted() {
    programs.forEach(Program::close);
  }

  private Program caravan(String... words) throws IOException {
    Program program = Program.caravan(Map.of(), words);
    programs.add(program);
    return program;
  }

  private Program reader(String command, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(
        command,
        "-b",
        "tcp://127.0.0.1:" + port,
        "--topic",
        "cars/KIND/DEVICE",
        "--topic",
        "data=v1/devices/me/telemetry",
        "--topic",
        "status=$odd/FLEET/DEVICE/st"));
    words.addAll(Arrays.asList(more));
    return caravan(words.toArray(String[]::new));
  }

  private static boolean says(Program program, String words) {
    return program.errors().stream().anyMatch(line -> line.contains(words));
  }

  @Test
  void eachReaderHasBackWhatATemplateLeavesOut() throws Exception {
    String broker = Program.require("mosquitto", "mosquitto");
    Path rights = Files.writeString(
        folder.resolve("rights"),
        "topic readwrite cars/#\ntopic readwrite v1/#\ntopic readwrite $odd/#\n");
    Path config = Files.writeString(
        folder.resolve("mosquitto.conf"),
        "user root\nlistener " + port + " 127.0.0.1\nallow_anonymous true\nacl_file " + rights
            + "\n");
    programs.add(Program.start(broker, "-c", config.toString()));
    String key = folder.resolve("key").toString();
    assertEquals(0, caravan("command", "--make-key", key).exitCode(20));
    Files.writeString(folder.resolve("car.dbc"), """
        VERSION ""
        BU_: A
        BO_ 496 Engine: 8 A
         SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
        """);
    // 0FA0h = 4000, 40 km/h
    Files.writeString(folder.resolve("log"), "(1764000000.000000) can0 1F0#0FA0000000000000\n");
    Path car = Files.writeString(folder.resolve("car.yaml"), """
        device: {id: car.7, fleet: north}
        sources: [{name: can0, type: replay, file: log, decode: [{dbc: car.dbc}]}]
        routes:
          - name: cloud
            topic: cars/KIND/DEVICE
            topics: {data: v1/devices/me/telemetry, status: $odd/FLEET/DEVICE/st}
            store: {dir: spool}
            uplink: {type: mqtt, protocol: 5, url: "tcp://127.0.0.1:%d"}
        commands: {allow: [status], keys: [key.pub]}
        """.formatted(port));
    String record = folder.resolve("record").toString();
    Program tail = reader("tail", "-f", "csv", "--record", record);
    await().atMost(LONG).until(() -> says(tail, "connected to"));
    Program run = caravan("run", "-c", car.toString());
    await().atMost(LONG).until(() -> says(run, "cloud: takes commands"));
    await().atMost(LONG).until(() -> tail.lineCount() == 2);
    String line = tail.lines().get(1);
    for (String part : List.of("north", "car.7", "cloud", "can0.Engine.Speed", ",40,")) {
      assertTrue(line.contains(part), line);
    }
    Program asked = reader("command", "--device", "north/car.7", "--key", key, "status");
    assertEquals(0, asked.exitCode(30), () -> asked.errors().toString());
    assertEquals(0, run.terminate());
    assertEquals(0, tail.terminate());
    // by the usual topics
    Program audit = caravan("audit", "--file", record);
    assertEquals(0, audit.exitCode(30), () -> audit.lines().toString());
    assertTrue(audit.lines().get(0).startsWith("north/car.7/cloud: sequence 1..1"));
  }
}
