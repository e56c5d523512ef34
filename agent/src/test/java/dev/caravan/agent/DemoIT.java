package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demonstration of a configuration that was written for a real broker. */
class DemoIT {
  private static final String CONFIG = """
      device: {id: xa-1, fleet: f}
      sources:
        - {name: bus, type: slcan, port: /tmp/caravan/far-end, bitrate: 500k, decode: [{dbc: nev.dbc}]}
      routes:
        - {name: a, store: {dir: spool/a}, uplink: {type: mqtt, url: "tcp://127.0.0.1:PORT"}}
        - name: b
          store: {dir: spool/b}
          uplink: {type: mqtt, url: "ssl://broker.example", user: u, password: "${NOT_SET_PASSWORD}", tls: {ca: gone.pem}}
      devices:
        - {name: far-end, type: slcan, model: nev, rate: 200}
      """;

  @Test
  void neitherBrokerNorStoreOfTheConfigurationIsTouched(@TempDir Path folder) throws Exception {
    Path root = Path.of(System.getProperty("caravan.root", ".."));
    Files.copy(root.resolve("config/dbc/nev.dbc"), folder.resolve("nev.dbc"));
    Path file = folder.resolve("agent.yaml");
    Files.writeString(file, CONFIG.replace("PORT", String.valueOf(Program.freePort())));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    try (Program demo =
        Program.caravan(environment, "demo", "-c", file.toString(), "--duration", "3s")) {
      int code = demo.exitCode(60);
      List<String> lines = demo.lines();
      assertEquals(0, code, () -> String.join("\n", lines) + String.join("\n", demo.errors()));
      assertTrue(lines.contains("lost 0, duplicated 0"), () -> String.join("\n", lines));
      assertTrue(lines.stream().anyMatch(line -> line.contains("bus.MotorSpeed.Speed")));
    }
    assertFalse(Files.exists(folder.resolve("spool")));
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(
          List.of(),
          left.filter(each -> each.toString().contains("caravan-demo")).toList());
    }
  }
}
