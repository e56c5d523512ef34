package dev.caravan.agent.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ten thousand messages on the command topic that are no commands, while data flows. */
final class BadCommands {
  private static final int MESSAGES = 10_000;
  private static final Pattern MALFORMED = Pattern.compile("command\\.malformed\\D+(\\d+)");

  private final String publish = Program.require("mosquitto_pub", "mosquitto-clients");
  private final Trial trial;
  private final Path folder;
  private final int port;

  BadCommands(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
    this.port = Program.freePort();
  }

  void happen() throws Exception {
    String key = folder.resolve("key").toString();
    try (Program made = Program.caravan(Map.of(), "command", "--make-key", key)) {
      assertEquals(0, made.exitCode(30), () -> made.errors().toString());
    }
    try (Program broker = Program.mosquitto(folder, port);
        Road road = new Road(
            RoadPlan.of(folder, port, port).more("commands: {allow: [status], keys: [key.pub]}"))) {
      road.awaitLogged("takes commands", 0);
      trial.suffer(road, "downlink: 10,000 malformed messages", trial.times(), () -> {
        send();
      });
      assertTrue(broker.process().isAlive());
      assertEquals((long) MESSAGES * trial.times(), malformed(key));
      assertEquals(0, road.logged("fault of the program"), road::log);
    }
  }

  private void send() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = new byte[1 + trial.random().nextInt(200)];
      trial.random().nextBytes(bytes);
      lines.append(Bytes.of(bytes)).append('\n');
    }
    Path rubbish = folder.resolve("rubbish");
    Files.writeString(rubbish, lines);
    String command =
        publish + " -p " + port + " -q 1 -t caravan/v1/faults/car/command -l < " + rubbish;
    try (Program sent = Program.start("sh", "-c", command)) {
      assertEquals(0, sent.exitCode(120), () -> sent.errors().toString());
    }
  }

  /** How many the agent has counted, by a command that is one. */
  private long malformed(String key) throws IOException {
    try (Program asked = Program.caravan(
        Map.of(),
        "command",
        "-b",
        "tcp://127.0.0.1:" + port,
        "--device",
        "faults/car",
        "--key",
        key,
        "status")) {
      assertEquals(0, asked.exitCode(60), () -> asked.lines() + " " + asked.errors());
      List<String> answer = asked.lines();
      Matcher count = MALFORMED.matcher(String.join(" ", answer));
      return count.find() ? Long.parseLong(count.group(1)) : 0;
    }
  }
}
