package dev.caravan.agent.load;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Prints what the agent of one jar or of several costs as a process, between an slcan adapter on a pty and mosquitto: CPU time and wake-ups of each
 * thread, memory, frames lost, and how long a frame takes from the bus to the broker. The agents run side by side and get the traffic in
 * turns, so each row stands beside the one that it is to be compared with.
 */
public final class LoadTable {
  private static final long LATE_MS = 1_500;

  private final PrintStream out = System.out;

  // what is asked for
  private final List<Path> jars = new ArrayList<>();
  private List<Long> rates = List.of(0L, 300L, 2_000L, 8_500L);
  private int seconds = 15;
  private int warmSeconds = 20;
  private int rounds = 2;
  private String age = "1s";
  private String stamps = "on";
  private boolean printsThreads;
  private List<String> options =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms12m", "-Xmx64m");

  private LoadTable() {}

  /**
   * Takes jars, and before them {@code --rates 0,300,2000,8500}, {@code --seconds 15} a row, {@code --warm 20} seconds at 2,000 frames/s,
   * {@code --rounds 2}, {@code --age 1s} of a batch, {@code --stamps off}, {@code --threads true} for a line each, and
   * {@code --options "-Xmx64m"} of the JVM instead of the package's. Wants mosquitto (Debian).
   */
  public static void main(String[] args) throws Exception {
    LoadTable table = new LoadTable();
    int at = 0;
    for (; at + 1 < args.length && args[at].startsWith("--"); at += 2) {
      String value = args[at + 1];
      switch (args[at]) {
        case "--rates" ->
          table.rates = Stream.of(value.split(",", -1)).map(Long::valueOf).toList();
        case "--seconds" -> table.seconds = Integer.parseInt(value);
        case "--warm" -> table.warmSeconds = Integer.parseInt(value);
        case "--rounds" -> table.rounds = Integer.parseInt(value);
        case "--age" -> table.age = value;
        case "--stamps" -> table.stamps = value;
        case "--threads" -> table.printsThreads = Boolean.parseBoolean(value);
        case "--options" -> table.options = List.of(value.split(" ", -1));
        default -> throw new IllegalArgumentException("unknown: " + args[at]);
      }
    }
    for (; at < args.length; at++) {
      table.jars.add(Path.of(args[at]).toAbsolutePath());
    }
    if (table.jars.isEmpty()) {
      table.jars.add(Program.jar());
    }
    Path dir = Files.createTempDirectory("load-table-");
    try {
      table.run(dir);
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    System.exit(0);
  }

  private void run(Path dir) throws Exception {
    int port = Program.freePort();
    List<LoadAgent> agents = new ArrayList<>();
    Path brokerDir = Files.createDirectories(dir.resolve("broker"));
    try (Program broker = Program.mosquitto(brokerDir, port);
        Marks marks = new Marks("tcp://127.0.0.1:" + port)) {
      for (int i = 0; i < jars.size(); i++) {
        String name = (char) ('A' + i) + "";
        out.println(name + " = " + jars.get(i));
        agents.add(new LoadAgent(
            jars.get(i), name, dir.resolve(name), new LoadBus(), config(port), options));
      }
      for (LoadAgent agent : agents) {
        marks.of(agent.name, agent.bus);
        agent.bus.rate(2_000);
      }
      pause(warmSeconds * 1_000L);
      agents.forEach(agent -> agent.bus.rate(0));
      pause(LATE_MS);
      out.printf(
          "%n%-3s %8s %7s %8s %7s %8s %8s %8s %8s %8s %8s %8s%n",
          "",
          "frames/s",
          "CPU %",
          "wakes/s",
          "RSS MB",
          "threads",
          "overruns",
          "lost",
          "p50 ms",
          "p99 ms",
          "time p50",
          "time p99");
      for (long rate : rates) {
        for (int round = 0; round < rounds; round++) {
          for (LoadAgent agent : agents) {
            row(agent, marks.of(agent.name, agent.bus), rate);
          }
        }
      }
      for (LoadAgent agent : agents) {
        out.printf("%s: stopped in %d ms%n", agent.name, agent.terminate());
      }
    } finally {
      agents.forEach(LoadAgent::close);
    }
  }

  private String config(int port) {
    Path dbc = Path.of("../config/dbc/nev.dbc").toAbsolutePath().normalize();
    return "sources:\n"
        + "  - {name: can0, type: slcan, port: PORT, bitrate: 1M, timestamps: " + stamps + ",\n"
        + "     decode: [{dbc: " + dbc + "}, {dbc: DIR/mark.dbc}]}\n"
        + "routes:\n"
        + "  - {name: cloud, batch: {max_age: " + age + "}, store: {dir: DIR/spool},\n"
        + "     uplink: {type: mqtt, url: \"tcp://127.0.0.1:" + port + "\"}}\n";
  }

  private void row(LoadAgent agent, Marks.Heard heard, long rate) throws IOException {
    if (!agent.isAlive()) {
      throw new IOException("agent " + agent.name + " has ended: " + agent.errors());
    }
    agent.bus.rate(rate);
    pause(1_000);
    heard.clear();
    long marksBefore = agent.bus.marks();
    long framesBefore = agent.bus.frames();
    long overrunsBefore = agent.bus.overruns();
    long startNs = System.nanoTime();
    LoadAgent.Reading before = agent.read();
    pause(seconds * 1_000L);
    LoadAgent.Reading after = agent.read();
    double passed = (System.nanoTime() - startNs) / 1e9;
    double frames = (agent.bus.frames() - framesBefore) / passed;
    agent.bus.rate(0);
    pause(LATE_MS);
    // marks of the second before are still on their way when the row begins
    long lost = Math.max(0, agent.bus.marks() - marksBefore - heard.count());
    out.printf(
        Locale.ROOT,
        "%-3s %8.0f %7.2f %8.0f %7.1f %8d %8d %8d %8.1f %8.1f %8.2f %8.2f%n",
        agent.name,
        frames,
        (after.cpuTicks() - before.cpuTicks()) / passed,
        (after.wakeUps() - before.wakeUps()) / passed,
        after.residentKb() / 1024.0,
        after.threads().values().stream().mapToLong(each -> each[2]).sum(),
        agent.bus.overruns() - overrunsBefore,
        lost,
        heard.latency(0.5),
        heard.latency(0.99),
        heard.error(0.5),
        heard.error(0.99));
    if (printsThreads) {
      threads(before.threads(), after.threads(), passed);
    }
  }

  private void threads(Map<String, long[]> before, Map<String, long[]> after, double passed) {
    after.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> {
      long[] was = before.getOrDefault(each.getKey(), new long[3]);
      double percent = (each.getValue()[0] - was[0]) / passed / 1e7;
      double wakes = (each.getValue()[1] - was[1]) / passed;
      if (percent >= 0.01 || wakes >= 0.5) {
        out.printf(Locale.ROOT, "      %-18s %6.3f %% %8.1f/s%n", each.getKey(), percent, wakes);
      }
    });
  }

  private static void pause(long ms) {
    long untilNs = System.nanoTime() + ms * 1_000_000;
    while (untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(untilNs - System.nanoTime());
    }
  }
}
