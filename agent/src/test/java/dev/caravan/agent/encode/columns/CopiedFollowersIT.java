package dev.caravan.agent.encode.columns;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ten lines beside each reader to copy print what comes from a broker. */
class CopiedFollowersIT {
  private static final DeviceName DEVICE = new DeviceName("demo", "xa.1");
  private static final List<String> READINGS = List.of(
      "\"t\":1764000000000000,\"signal\":\"Vehicle.Speed\",\"value\":62.4,\"unit\":\"km/h\",\"quality\":\"ok\"}",
      "\"t\":1764000000000000,\"signal\":\"Vehicle.Slope\",\"value\":-12,\"unit\":\"deg\",\"quality\":\"ok\"}",
      "\"t\":1764000000000000,\"signal\":\"can0.Motion.Gear\",\"value\":3,\"label\":\"D\",\"unit\":\"\",\"quality\":\"ok\"}");

  private final Path folder;
  private final LoopbackBroker broker;

  CopiedFollowersIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.broker = new LoopbackBroker(0);
  }

  @BeforeEach
  void schemaIsThere() throws IOException, MalformedMessageException {
    Bytes id = Bytes.ofHex(GoldenBatches.idOf(GoldenBatches.SCHEMA));
    publish(Topics.USUAL.schema(DEVICE, id), GoldenBatches.stored(GoldenBatches.SCHEMA), "-r");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void publish(String topic, Bytes message, String... more) throws IOException {
    Path file = Files.write(folder.resolve("message"), message.toArray());
    List<String> command = new ArrayList<>(List.of(
        Program.require("mosquitto_pub", "mosquitto-clients"),
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(broker.port()),
        "-q",
        "1",
        "-t",
        topic,
        "-f",
        file.toString()));
    command.addAll(List.of(more));
    Program.run(command.toArray(String[]::new));
  }

  private void printsWhatComes(String... command) throws IOException {
    try (Program program = Program.start(command)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> broker.subscribes() > 0);
      publish(Topics.USUAL.data(DEVICE, "cloud"), GoldenBatches.stored("compact-example"));
      await().atMost(Duration.ofSeconds(30)).until(() -> program.lines().size() >= 12);
      String head = "{\"fleet\":\"demo\",\"device\":\"xa.1\",\"route\":\"cloud\","
          + "\"stream\":\"a0a1a2a3a4a5a6a7\",\"seq\":12,";
      for (int i = 0; i < READINGS.size(); i++) {
        assertEquals(head + READINGS.get(i), program.lines().get(i).replace("-12.0", "-12"));
      }
      assertTrue(
          program.lines().get(11).contains("\"value\":null,\"unit\":\"\",\"quality\":\"not_av"),
          () -> program.lines().toString());
    }
  }

  @Test
  void readmeShowsThem() throws IOException {
    Path readers = CopiedReaderContract.READERS;
    String readme = Files.readString(readers.resolveSibling("README.md"));
    for (String name : List.of("follow.py", "follow.mjs")) {
      String file = Files.readString(readers.resolve(name));
      assertTrue(readme.contains(file.substring(file.indexOf('\n') + 1).strip()), name);
    }
  }

  /** By a clock of its own, of times at which one more message waits: after 2 s, and a minute after that again. */
  private static void asks(String... command) throws IOException, MalformedMessageException {
    try (Program program = Program.start(command)) {
      assertEquals(0, program.exitCode(30), () -> program.errors().toString());
      String id = GoldenBatches.idOf(GoldenBatches.SCHEMA);
      assertEquals(
          List.of(
              "102 caravan/v1/demo/xa.1/request 0a08" + id,
              "162 caravan/v1/demo/xa.1/request 0a08" + id,
              "102 cars/request/xa.1 0a08" + id,
              "162 cars/request/xa.1 0a08" + id),
          program.lines());
    }
  }

  @Test
  void pythonAsksForASchemaThatStaysAway() throws IOException, MalformedMessageException {
    asks(
        Program.require("python3", "python3"),
        "-c",
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        import caravan
        def reads(reader, topic):
            reader.asks = lambda topic, body: print(now, topic, body.hex())
            global now
            for now in (100, 101, 102, 103, 161, 162, 163):
                for reading in reader.take(topic, bytes.fromhex(sys.argv[2])): print(reading)
        caravan.clock.monotonic = lambda: now
        reads(caravan.Reader(), "caravan/v1/demo/xa.1/data/cloud")
        reads(caravan.Reader("cars/KIND/DEVICE/ROUTE"), "cars/data/xa.1/cloud")
        """,
        CopiedReaderContract.READERS.toString(),
        GoldenBatches.stored("compact-example").toString());
  }

  @Test
  void javaScriptAsksForASchemaThatStaysAway() throws IOException, MalformedMessageException {
    asks(
        Program.require("node", "nodejs"),
        "-e",
        """
        const [path, message] = process.argv.slice(1);
        const caravan = require(path + "/caravan.js");
        let now = 0;
        performance.now = () => 1000 * now;
        async function reads(reader, topic) {
          reader.asks = (topic, body) => console.log(now, topic, Buffer.from(body).toString("hex"));
          for (now of [100, 101, 102, 103, 161, 162, 163]) {
            for await (const reading of reader.take(topic, Buffer.from(message, "hex"))) console.log(reading);
          }
        }
        reads(new caravan.Reader(), "caravan/v1/demo/xa.1/data/cloud")
          .then(() => reads(new caravan.Reader("cars/KIND/DEVICE/ROUTE"), "cars/data/xa.1/cloud"));
        """,
        CopiedReaderContract.READERS.toString(),
        GoldenBatches.stored("compact-example").toString());
  }

  @Test
  void pythonPrintsWhatComes() throws IOException {
    String python = Program.require("python3", "python3");
    try (Program asked = Program.start(python, "-c", "import paho.mqtt.subscribe")) {
      assumeTrue(
          asked.exitCode(20) == 0,
          "skipped: paho is not installed; it is in the Debian package python3-paho-mqtt");
    }
    printsWhatComes(
        python,
        CopiedReaderContract.READERS.resolve("follow.py").toString(),
        "127.0.0.1",
        Integer.toString(broker.port()),
        "demo",
        "+");
  }

  @Test
  void javaScriptPrintsWhatComes() throws IOException {
    String node = Program.require("node", "nodejs");
    for (String name : List.of("caravan.js", "follow.mjs")) {
      Files.copy(CopiedReaderContract.READERS.resolve(name), folder.resolve(name));
    }
    Path npm = Path.of(System.getenv().getOrDefault("NODE_PATH", "/usr/share/nodejs"));
    assumeTrue(
        Files.isDirectory(npm.resolve("mqtt")),
        "skipped: mqtt of npm is not there; npm install mqtt, and name its folder by NODE_PATH");
    Files.createSymbolicLink(folder.resolve("node_modules"), npm);
    printsWhatComes(
        node,
        folder.resolve("follow.mjs").toString(),
        "mqtt://127.0.0.1:" + broker.port(),
        "demo",
        "+");
  }
}
