package dev.caravan.agent.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ten thousand messages on the command topic that are no commands, while data flows. */
final class BadCommands {
  private static final int MESSAGES = 10_000;

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
      trial.suffer(road, "downlink: 10,000 forged messages", trial.times(), this::forge);
      assertTrue(broker.process().isAlive());
      String status = status(key);
      assertEquals((long) MESSAGES * trial.times(), count(status, "malformed"));
      assertEquals(
          (long) MESSAGES * trial.times(), count(status, "unsigned") + count(status, "unchecked"));
      assertEquals(1, road.logged("cloud: connected"), road::log);
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

  /** Sends commands of the right form, whose signatures are noise. */
  private void forge() throws IOException {
    String url = "tcp://127.0.0.1:" + port;
    MqttUplink uplink = new MqttUplink(
        MqttSettings.of(url, KeyMaterial.ofRuntime()),
        new Origin(new DeviceName("faults", "forger"), "x", false),
        new Silent(),
        new SystemTimeline(),
        new Health(),
        new Stop());
    Outlet outlet = uplink.outlet(new Channel(
        "x",
        (entry, late) -> List.of(new Message(
            Topics.USUAL.plain(new DeviceName("faults", "car"), Topics.Kind.COMMAND),
            "",
            entry.body())),
        id -> Optional.empty(),
        0));
    try (uplink) {
      uplink.open();
      for (int sent = 0; sent < MESSAGES; ) {
        List<Entry> entries = new ArrayList<>();
        for (int i = sent; i < Math.min(MESSAGES, sent + 500); i++) {
          byte[] signature = new byte[64];
          trial.random().nextBytes(signature);
          Bytes body = Bytes.ofHex("0a03").then(Bytes.ofHex("120161")).then(Bytes.ofHex("1240"));
          entries.add(new Entry(i + 1, 0, 1, Bytes.EMPTY, body.then(Bytes.of(signature))));
        }
        sent += outlet
            .send(entries, Collections.nCopies(entries.size(), false))
            .fates()
            .size();
      }
    }
  }

  private record Silent() implements StatusSource {
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

  private static long count(String status, String what) {
    Matcher count = Pattern.compile("command\\." + what + "\\D+(\\d+)").matcher(status);
    return count.find() ? Long.parseLong(count.group(1)) : 0;
  }

  /** What the agent has counted, by a command that is one. */
  private String status(String key) throws IOException {
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
      return String.join(" ", asked.lines());
    }
  }
}
