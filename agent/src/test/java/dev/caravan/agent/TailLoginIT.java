package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tail} at a broker that lets nobody in without a password. */
class TailLoginIT {
  private final Path folder;

  TailLoginIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path uplink(int port, String password) throws IOException {
    Files.writeString(folder.resolve("password"), password + "\n");
    return Files.writeString(
        folder.resolve("uplink.yaml"),
        "{type: mqtt, url: 'tcp://127.0.0.1:" + port + "', user: reader, password_file: password}");
  }

  private static boolean says(Program tail, String words) {
    return tail.errors().stream().anyMatch(line -> line.contains(words));
  }

  @Test
  void tailLogsInWithTheKeysOfAnUplink() throws IOException {
    String program = Program.require("mosquitto", "mosquitto");
    int port = Program.freePort();
    Path users = folder.resolve("users");
    Program.run(
        Program.require("mosquitto_passwd", "mosquitto"),
        "-b",
        "-c",
        users.toString(),
        "reader",
        "open");
    Path config = Files.writeString(
        folder.resolve("mosquitto.conf"),
        "listener " + port + " 127.0.0.1\nuser root\npassword_file " + users + "\n");
    try (Program broker = Program.start(program, "-c", config.toString())) {
      try (Program tail =
          Program.caravan(Map.of(), "tail", "--uplink", uplink(port, "wrong").toString())) {
        await().atMost(Duration.ofSeconds(20)).until(() -> says(tail, "trying again"));
        assertTrue(tail.errors().stream().noneMatch(line -> line.contains("wrong")));
      }
      try (Program tail =
          Program.caravan(Map.of(), "tail", "--uplink", uplink(port, "open").toString())) {
        await().atMost(Duration.ofSeconds(20)).until(() -> says(tail, "connected to"));
      }
      assertTrue(broker.process().isAlive());
    }
  }

  @Test
  void faultOfTheFileIsNamedWithItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("u.yaml"), "{type: mqtt, urll: x}");
    try (Program tail = Program.caravan(Map.of(), "tail", "--uplink", file.toString())) {
      assertEquals(2, tail.exitCode(20));
      assertTrue(says(tail, "u.yaml:1:"), () -> String.join("\n", tail.errors()));
      assertTrue(says(tail, "urll"), () -> String.join("\n", tail.errors()));
    }
  }
}
