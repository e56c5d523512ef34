package dev.caravan.agent.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.source.serial.TestPty;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are told to end: while they start, and while all that they talk to hangs. */
@Timeout(240)
class StopIT {
  private static final long STEP_MS = 40;
  private static final int STEPS = 12;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  /** Ports that answer nothing and take no more than a buffer, device servers and a broker that accept and say nothing. */
  private String configuration(List<TestPty> ptys, ServerSocket mute) throws IOException {
    StringBuilder text = new StringBuilder("device: {id: car, fleet: stop}\nsources:\n");
    String tcp = "tcp://127.0.0.1:" + mute.getLocalPort();
    List<String> kinds = List.of(
        "type: slcan, bitrate: 500k",
        "type: elm327, poll: {pids: [01 0C 0D]}",
        "type: modbus, poll: [{name: raw, unit: 1, function: 3, address: 5, count: 1, period: 50ms}]",
        "type: line, message: {start: \"$\"}, ask: [{text: \"?\\r\", period: 20ms}]");
    for (int i = 0; i < 8; i++) {
      String port = i < 4 ? ptys.get(i).device().toString() : tcp;
      text.append("  - {name: s%d, port: \"%s\", %s}\n".formatted(i, port, kinds.get(i % 4)));
    }
    return text + """
        routes:
          - name: cloud
            store: {dir: spool}
            uplink: {type: mqtt, url: "%s"}
        """.formatted(tcp);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void eightWedgedPortsAndABrokerThatHangsAreLeftInTenSeconds(String signal) throws Exception {
    List<TestPty> ptys = new ArrayList<>();
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 4; i++) {
        ptys.add(new TestPty());
      }
      Path file = Files.writeString(folder.resolve("a.yaml"), configuration(ptys, mute));
      try (Program agent = Program.caravan(Map.of(), "run", "-c", file.toString())) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() ->
                agent.errors().stream().filter(line -> line.contains("s2: ")).count() > 0);
        String pid = Long.toString(agent.process().pid());
        Program.run("kill", "-" + signal, pid);
        Program.run("kill", "-TERM", pid);
        assertEquals(0, agent.exitCode(10), () -> String.join("\n", agent.errors()));
        List<String> told = agent.errors();
        assertTrue(
            told.get(told.size() - 1).contains("agent: stopped: after="), String.join("\n", told));
        assertTrue(
            told.stream()
                .anyMatch(line -> line.contains("cloud: handed over in this run: batches=0")),
            String.join("\n", told));
      }
    } finally {
      for (TestPty pty : ptys) {
        pty.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "demo", "simulate", "tail"})
  void stoppedWhileItStartsItEndsWell(String command) throws Exception {
    Path file = Files.writeString(folder.resolve("a.yaml"), """
        device: {id: car, fleet: stop}
        sources: [{name: can0, type: slcan, port: links/can0, bitrate: 500k}]
        routes: [{name: cloud, store: {dir: spool}, uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}}]
        devices: [{name: can0, type: slcan}]
        """);
    String[] arguments = switch (command) {
      case "run" -> new String[] {"run", "-c", file.toString()};
      case "simulate" ->
        new String[] {"simulate", "-c", file.toString(), "--links", folder + "/links"};
      case "tail" -> new String[] {"tail", "--broker", "tcp://127.0.0.1:1"};
      default -> new String[] {command};
    };
    List<Integer> codes = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      try (Program program = Program.caravan(Map.of(), arguments)) {
        // before that the virtual machine is not there yet, and ends as it likes
        await()
            .atMost(Duration.ofSeconds(30))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> hasBegun(program));
        await()
            .pollDelay(Duration.ofMillis(step * STEP_MS))
            .atMost(Duration.ofSeconds(30))
            .until(() -> true);
        codes.add(program.terminate());
      }
    }
    assertEquals(Collections.nCopies(STEPS, 0), codes);
  }

  /** Whether the program itself runs: its log has a thread. */
  private static boolean hasBegun(Program program) throws IOException {
    Path threads = Path.of("/proc", Long.toString(program.process().pid()), "task");
    try (Stream<Path> each = Files.list(threads)) {
      return each.anyMatch(thread -> isLog(thread.resolve("comm")));
    }
  }

  private static boolean isLog(Path name) {
    try {
      return Files.readString(name).equals("log\n");
    } catch (IOException e) {
      // it has ended meanwhile
      return false;
    }
  }

  @Test
  void anAuditThatIsStoppedWhileItStartsHasProvedNothing() throws Exception {
    try (Program program = Program.caravan(Map.of(), "audit", "--broker", "tcp://127.0.0.1:1")) {
      await().pollDelay(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).until(() -> true);
      assertEquals(1, program.terminate());
    }
  }
}
