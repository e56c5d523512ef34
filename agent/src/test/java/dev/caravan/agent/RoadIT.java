package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole road as its users run it: four processes, a real broker, a real pty, and each of them killed. */
class RoadIT {
  private static final Path CONFIG = Path.of(System.getProperty("caravan.root", ".."))
      .resolve("config/demo.yaml")
      .toAbsolutePath();
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path folder;
  private final List<Program> programs = new ArrayList<>();

  RoadIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void endWhatWasStarted() {
    programs.forEach(Program::close);
  }

  private Program keep(Program program) {
    programs.add(program);
    return program;
  }

  private Map<String, String> environment(int port) {
    return Map.of(
        "CARAVAN_LINKS", folder.resolve("links").toString(),
        "CARAVAN_SPOOL", folder.toString(),
        "CARAVAN_BROKER", "tcp://127.0.0.1:" + port);
  }

  private Program simulate(int port) throws IOException {
    return keep(Program.caravan(
        environment(port),
        "simulate",
        "-c",
        CONFIG.toString(),
        "--links",
        folder.resolve("links").toString()));
  }

  private Program run(int port) throws IOException {
    return keep(Program.caravan(environment(port), "run", "-c", CONFIG.toString()));
  }

  private Program tail(int port) throws IOException {
    return keep(Program.caravan(Map.of(), "tail", "-b", "tcp://127.0.0.1:" + port, "-f", "json"));
  }

  private static void awaitMoreLines(Program program, int lines) {
    int before = program.lineCount();
    await().atMost(LONG).until(() -> program.lineCount() >= before + lines);
  }

  /** The counts of the tail's last line on stderr. */
  private record Counts(long batches, long samples, long gaps, long duplicates, long conflicts) {
    private static final Pattern FORM = Pattern.compile(
        "batches (\\d+), samples (\\d+), gaps (\\d+), duplicates (\\d+), conflicts (\\d+)");

    static Counts of(Program tail) {
      for (String line : tail.errors()) {
        Matcher form = FORM.matcher(line);
        if (form.find()) {
          return new Counts(
              Long.parseLong(form.group(1)),
              Long.parseLong(form.group(2)),
              Long.parseLong(form.group(3)),
              Long.parseLong(form.group(4)),
              Long.parseLong(form.group(5)));
        }
      }
      throw new AssertionError("no counts in " + tail.errors());
    }
  }

  @Test
  void fourProcessesInAnyOrderGiveEverySample() throws Exception {
    int port = Program.freePort();
    Program run = run(port);
    Program tail = tail(port);
    Program simulate = simulate(port);
    Program mosquitto = keep(Program.mosquitto(folder, port));
    awaitMoreLines(tail, 5_000);

    assertEquals(0, simulate.terminate());
    assertEquals(0, run.terminate(), () -> String.join("\n", run.errors()));
    await().atMost(LONG).until(() -> tail.lineCount() > 0 && isQuiet(tail));
    assertEquals(0, tail.terminate());

    Counts counts = Counts.of(tail);
    long samples =
        tail.lines().stream().filter(line -> !line.contains("\"event\":")).count();
    assertEquals(samples, counts.samples());
    assertEquals(0, counts.gaps());
    assertEquals(0, counts.conflicts());
    assertTrue(mosquitto.process().isAlive());
  }

  private static boolean isQuiet(Program tail) {
    int before = tail.lineCount();
    await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
    return tail.lineCount() == before;
  }

  @Test
  void killedAgentGoesOnWithoutAHole() throws Exception {
    int port = Program.freePort();
    keep(Program.mosquitto(folder, port));
    simulate(port);
    Program tail = tail(port);
    for (int kill = 0; kill < 3; kill++) {
      Program run = run(port);
      awaitMoreLines(tail, 2_000);
      run.kill();
    }
    Program last = run(port);
    awaitMoreLines(tail, 2_000);
    assertEquals(0, last.terminate());
    await().atMost(LONG).until(() -> isQuiet(tail));
    assertEquals(0, tail.terminate());

    Counts counts = Counts.of(tail);
    assertEquals(0, counts.gaps(), () -> String.join("\n", tail.errors()));
    assertEquals(0, counts.conflicts());
  }

  @Test
  void killedBrokerLosesNothing() throws Exception {
    int port = Program.freePort();
    Program mosquitto = keep(Program.mosquitto(folder, port));
    simulate(port);
    Program run = run(port);
    Program tail = tail(port);
    for (int kill = 0; kill < 2; kill++) {
      awaitMoreLines(tail, 2_000);
      mosquitto.kill();
      mosquitto = keep(Program.mosquitto(folder, port));
    }
    awaitMoreLines(tail, 2_000);
    assertEquals(0, run.terminate());
    await().atMost(LONG).until(() -> isQuiet(tail));
    assertEquals(0, tail.terminate());

    Counts counts = Counts.of(tail);
    assertEquals(0, counts.gaps(), () -> String.join("\n", tail.errors()));
    assertEquals(0, counts.conflicts());
  }

  @Test
  void simulatorThatComesAndGoesIsReadAgain() throws Exception {
    int port = Program.freePort();
    keep(Program.mosquitto(folder, port));
    Program run = run(port);
    Program tail = tail(port);
    for (int round = 0; round < 2; round++) {
      Program simulate = simulate(port);
      awaitMoreLines(tail, 2_000);
      assertEquals(0, simulate.terminate());
      assertTrue(run.process().isAlive());
    }
    assertEquals(0, run.terminate());
    assertEquals(0, tail.terminate());
    assertEquals(0, Counts.of(tail).gaps());
  }

  @Test
  void demoEndsWithNothingLost() throws Exception {
    Program demo = keep(Program.caravan(Map.of(), "demo", "--duration", "5s"));
    assertEquals(0, demo.exitCode(90), () -> String.join("\n", demo.errors()));
    String summary = String.join("\n", demo.lines());
    assertTrue(summary.contains("lost 0, duplicated 0"), summary);
  }

  @Test
  void replayedLogArrivesAsDecodeShowsIt() throws Exception {
    Path log = folder.resolve("drive.log");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append(String.format(
          "(1700000000.%06d) can0 1F0#%04X%02X0000000000%n", i * 37, i * 7 % 65536, i % 200));
    }
    Files.writeString(log, lines.toString());
    Path dbc = folder.resolve("drive.dbc");
    Files.writeString(dbc, """
        VERSION ""
        BU_: A
        BO_ 496 Engine: 8 A
         SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
         SG_ Temperature : 16|8@1- (1,-40) [-168|87] "degC" A
        """);
    int port = Program.freePort();
    keep(Program.mosquitto(folder, port));
    Path config = folder.resolve("replay.yaml");
    Files.writeString(config, """
        device: {id: replayed, fleet: test}
        sources:
          - {name: can0, type: replay, file: drive.log, speed: max, decode: [{dbc: drive.dbc}]}
        routes:
          - name: cloud
            store: {dir: spool}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:%d"}
        """.formatted(port));
    Program tail = tail(port);
    Program run = keep(Program.caravan(Map.of(), "run", "-c", config.toString()));
    await().atMost(LONG).until(() -> tail.lineCount() >= 40_000);
    assertEquals(0, run.terminate());
    assertEquals(0, tail.terminate());
    assertEquals(40_000, Counts.of(tail).samples());

    Program decode = keep(
        Program.caravan(Map.of(), "decode", "--dbc", dbc.toString(), "-f", "json", log.toString()));
    assertEquals(0, decode.exitCode(60));
    assertEquals(decoded(decode.lines()), tailed(tail.lines()));
  }

  private static final Pattern FRAME =
      Pattern.compile("\\{\"t\":([0-9.]+).*\"signals\":\\{(.*)\\}\\}");
  private static final Pattern SIGNAL =
      Pattern.compile("\"(\\w+)\":\\{\"raw\":[^,]*,\"value\":([^,}]*)");
  private static final Pattern SAMPLE =
      Pattern.compile("\"t\":([0-9.]+),\"signal\":\"can0\\.Engine\\.(\\w+)\",\"value\":([^,}]*)");

  private static List<String> decoded(List<String> lines) {
    List<String> all = new ArrayList<>();
    for (String line : lines) {
      Matcher frame = FRAME.matcher(line);
      assertTrue(frame.matches(), line);
      Matcher signal = SIGNAL.matcher(frame.group(2));
      while (signal.find()) {
        all.add(frame.group(1) + " " + signal.group(1) + " " + signal.group(2));
      }
    }
    return all.stream().sorted().toList();
  }

  private static List<String> tailed(List<String> lines) {
    List<String> all = new ArrayList<>();
    for (String line : lines) {
      Matcher sample = SAMPLE.matcher(line);
      assertTrue(sample.find(), line);
      all.add(sample.group(1) + " " + sample.group(2) + " " + sample.group(3));
    }
    return all.stream().sorted().toList();
  }

  @Test
  void auditProvesTheStreamOverAKillOfTheAgent() throws Exception {
    int port = Program.freePort();
    keep(Program.mosquitto(folder, port));
    simulate(port);
    Program audit = keep(Program.caravan(Map.of(), "audit", "-b", "tcp://127.0.0.1:" + port));
    Program tail = tail(port);
    Program first = run(port);
    awaitMoreLines(tail, 3_000);
    first.kill();
    run(port);
    awaitMoreLines(tail, 3_000);
    assertEquals(0, audit.terminate(), () -> audit.lines() + String.join("\n", audit.errors()));
    assertTrue(
        audit.lines().stream().allMatch(line -> line.endsWith(": complete")),
        () -> audit.lines().toString());
    // of the batches one line, and if there were events one of them
    assertTrue(
        audit.lines().size() == 1
            || (audit.lines().size() == 2 && audit.lines().get(1).contains(" events: sequence ")),
        () -> audit.lines().toString());
    assertTrue(
        audit
            .lines()
            .get(0)
            .matches(
                "[^/]+/demo-car/cloud: sequence 1\\.\\.\\d+, batches \\d+, missing 0 \\(named 0\\), .*: complete"),
        () -> audit.lines().get(0));
  }

  @Test
  void auditOfARecordingAndOfTheQueueAgreesWithTheStream() throws Exception {
    int port = Program.freePort();
    Program mosquitto = keep(Program.mosquitto(folder, port));
    simulate(port);
    Path file = folder.resolve("stream");
    Program tail = keep(Program.caravan(
        Map.of(), "tail", "-b", "tcp://127.0.0.1:" + port, "--record", file.toString()));
    Program run = run(port);
    awaitMoreLines(tail, 3_000);
    mosquitto.kill();
    Path spool = folder.resolve("cloud");
    await().atMost(LONG).until(() -> audit("--spool", spool.toString()).exitCode(20) == 0);
    assertEquals(0, run.terminate());
    assertEquals(0, tail.terminate());

    Program recorded = audit("--file", file.toString());
    assertEquals(0, recorded.exitCode(20), () -> recorded.lines() + " " + recorded.errors());
    assertTrue(recorded.lines().get(0).matches("[^/]+/demo-car/cloud: sequence 1\\.\\..*"));
    Program spooled = audit("--spool", spool.toString());
    assertEquals(0, spooled.exitCode(20), () -> spooled.lines() + " " + spooled.errors());
    assertTrue(spooled.lines().get(0).matches("[^/]+/demo-car/cloud: sequence .*"));
  }

  /** The whole car, in batches of several seconds: these and the schema are larger than the broker takes. */
  private Path largeBatches(int port) throws IOException {
    Path config = folder.resolve("large.yaml");
    Files.writeString(
        config, """
        device: {id: demo-car, fleet: demo}
        sources:
          - {name: can0, type: slcan, port: "%s/links/can0", bitrate: 500k, decode: [{dbc: "%s"}]}
        routes:
          - name: cloud
            batch: {max_age: 6s}
            store: {dir: cloud}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:%d"}
        devices: [{name: can0, type: slcan, rate: 2000}]
        """.formatted(folder, Path.of("../config/dbc/nev.dbc").toAbsolutePath(), port));
    return config;
  }

  @Test
  void brokerThatTakesOnlySmallPacketsGetsEverySample() throws Exception {
    int port = Program.freePort();
    keep(Program.mosquitto(folder, port, "max_packet_size 1500"));
    Path config = largeBatches(port);
    keep(Program.caravan(
        Map.of(),
        "simulate",
        "-c",
        config.toString(),
        "--links",
        folder.resolve("links").toString()));
    Program audit = keep(Program.caravan(Map.of(), "audit", "-b", "tcp://127.0.0.1:" + port));
    Path record = folder.resolve("stream");
    Program tail = keep(Program.caravan(
        Map.of(), "tail", "-b", "tcp://127.0.0.1:" + port, "--record", record.toString()));
    Program run = keep(Program.caravan(Map.of(), "run", "-c", config.toString()));
    awaitMoreLines(tail, 40_000);
    assertEquals(0, run.terminate());
    await().atMost(LONG).until(() -> isQuiet(tail));
    assertEquals(0, tail.terminate());
    assertEquals(0, audit.terminate(), () -> audit.lines() + " " + audit.errors());
    String verdict =
        "[^/]+/demo-car/cloud: sequence 1\\.\\.\\d+, .* missing 0 \\(named 0\\), .*: complete";
    assertTrue(audit.lines().get(0).matches(verdict), () -> audit.lines().get(0));
    assertTrue(
        run.errors().stream().noneMatch(line -> line.contains("too large for the broker, which")),
        () -> String.join("\n", run.errors()));
    Program recorded = audit("--file", record.toString());
    assertEquals(0, recorded.exitCode(20), () -> recorded.lines() + " " + recorded.errors());
    long batches = Counts.of(tail).batches();
    assertTrue(messages(record) > batches + 1, () -> "no batch was divided of " + batches);
  }

  private static long messages(Path record) throws IOException {
    String topic = "caravan/v1/demo/demo-car/data/cloud";
    String all = Files.readString(record, java.nio.charset.StandardCharsets.ISO_8859_1);
    return java.util.regex.Pattern.compile(topic).matcher(all).results().count();
  }

  private Program audit(String... from) throws IOException {
    return keep(Program.caravan(Map.of(), "audit", from[0], from[1]));
  }
}
