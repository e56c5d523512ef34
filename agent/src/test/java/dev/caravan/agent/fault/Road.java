package dev.caravan.agent.fault;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A simulated adapter, the agent from the jar, and a tail that records all that arrives: about ten batches a second of one
 * message of the car.
 */
final class Road implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Pattern VERDICT =
      Pattern.compile(".*: sequence (\\d+)\\.\\.\\d+, batches (\\d+),"
          + " missing (\\d+) \\(named (\\d+)\\), again (\\d+), two contents (\\d+), .*");
  private static final Pattern TIME = Pattern.compile("\"t\":([0-9.]+)");

  /**
   * What an audit of the recording says.
   *
   * @param isClean sequence from 1, nothing missing that is not named, no two contents, all sums right
   */
  record Verdict(
      boolean isClean, long batches, long missing, long named, long again, String words) {}

  private final Path folder;
  private final List<String> prefix;
  private final Program simulate;
  private final Program tail;
  private Program agent;

  /** {@code prefix} comes before the commands of agent and tail. */
  Road(Path folder, int agentPort, int tailPort, String... prefix) throws IOException {
    this.folder = folder;
    this.prefix = List.of(prefix);
    Files.writeString(folder.resolve("one.dbc"), """
        VERSION ""
        BU_: A
        BO_ 161 Torque: 8 A
         SG_ A : 0|16@1+ (1,0) [0|0] "" A
         SG_ B : 32|16@1+ (1,0) [0|0] "" A
        """);
    Files.writeString(folder.resolve("road.yaml"), """
        device: {id: car, fleet: faults}
        sources:
          - {name: can0, type: slcan, port: links/can0, bitrate: 500k, decode: [{dbc: one.dbc}]}
        routes:
          - name: cloud
            batch: {max_age: 100ms}
            store: {dir: spool, sync: 100ms}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:%d", keep_alive: 5s, connect_timeout: 2s}
        devices: [{name: can0, type: slcan, rate: 600}]
        """.formatted(agentPort));
    simulate =
        Program.caravan(Map.of(), "simulate", "-c", file("road.yaml"), "--links", file("links"));
    tail = caravan(
        "tail", "-b", "tcp://127.0.0.1:" + tailPort, "--record", file("stream"), "-f", "json");
    agent = caravan("run", "-c", file("road.yaml"));
    awaitLiveSince(System.currentTimeMillis());
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Program caravan(String... arguments) throws IOException {
    return Program.caravan(prefix, Map.of(), arguments);
  }

  /** Ends the agent as {@code kill -9} does. */
  void killAgent() {
    agent.kill();
  }

  void startAgent() throws IOException {
    agent = caravan("run", "-c", file("road.yaml"));
  }

  /** The agent's process, to be stopped and continued. */
  long agentPid() {
    return agent.process().pid();
  }

  /** Waits for a sample of then or later, and gives how long that took, in milliseconds. */
  long awaitLiveSince(long epochMs) {
    long startNs = System.nanoTime();
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        .failFast("the agent has ended", () -> !agent.process().isAlive())
        .until(() -> latestMs() >= epochMs);
    return (System.nanoTime() - startNs) / 1_000_000;
  }

  private long latestMs() {
    Matcher time = TIME.matcher(tail.lastLine());
    return time.find() ? Math.round(Double.parseDouble(time.group(1)) * 1000) : 0;
  }

  /** Audits the recording until it is clean and without a hole, or a minute is over. */
  Verdict awaitClean() throws IOException {
    long untilNs = System.nanoTime() + 60_000_000_000L;
    Verdict verdict = audit();
    while (!(verdict.isClean && verdict.missing == verdict.named) && System.nanoTime() < untilNs) {
      verdict = audit();
    }
    return verdict;
  }

  private Verdict audit() throws IOException {
    try (Program audit = Program.caravan(Map.of(), "audit", "--file", file("stream"))) {
      boolean agrees = audit.exitCode(60) == 0;
      String words = String.join(" ", audit.lines());
      Matcher form = VERDICT.matcher(words);
      return form.matches()
          ? new Verdict(
              agrees && form.group(1).equals("1") && form.group(6).equals("0"),
              Long.parseLong(form.group(2)),
              Long.parseLong(form.group(3)),
              Long.parseLong(form.group(4)),
              Long.parseLong(form.group(5)),
              words)
          : new Verdict(false, 0, 0, 0, 0, words);
    }
  }

  /** What the agent has logged so far, in this life. */
  String log() {
    return String.join("\n", agent.errors());
  }

  @Override
  public void close() {
    List<Program> programs = new ArrayList<>(List.of(simulate, tail, agent));
    programs.forEach(Program::close);
  }
}
