package dev.caravan.agent.load;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Prints how much more memory the agent of one jar or of several holds with a DBC file of 5,000 signals than with one of 40: with the
 * options of the package, first without a frame, then with 2,000 frames/s of all messages in turn. The agents of a turn run side by
 * side, each on a bus of its own.
 */
public final class MemoryOfDbc {
  private static final int SIGNALS = 8; // of a message
  private static final int FIRST_ID = 0x100;
  private static final int[] MESSAGES = {5, 625};
  private static final int RATE = 2_000;
  private static final int IDLE_SECONDS = 5;
  private static final List<String> OPTIONS = List.of(
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-Xms12m",
      "-Xmx64m",
      "-XX:+UnlockDiagnosticVMOptions",
      "-XX:ArchiveRelocationMode=0");

  private final PrintStream out = System.out;
  private final Path dir;
  private final int seconds;

  private MemoryOfDbc(Path dir, int seconds) {
    this.dir = dir;
    this.seconds = seconds;
  }

  /** Takes turns, the seconds of traffic in each, and jars. Wants mosquitto (Debian). */
  public static void main(String[] args) throws Exception {
    int turns = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    List<Path> jars =
        Arrays.stream(args).skip(2).map(jar -> Path.of(jar).toAbsolutePath()).toList();
    Path dir = Files.createTempDirectory("memory-of-dbc-");
    try {
      new MemoryOfDbc(dir, seconds).run(turns, jars.isEmpty() ? List.of(Program.jar()) : jars);
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    System.exit(0);
  }

  private void run(int turns, List<Path> jars) throws Exception {
    int port = Program.freePort();
    try (Program broker = Program.mosquitto(Files.createDirectories(dir.resolve("broker")), port);
        Marks marks = new Marks("tcp://127.0.0.1:" + port)) {
      for (Path jar : jars) {
        out.println(jar);
        out.printf("%8s %10s %10s %10s   %s%n", "", "40", "5,000", "more", "signals; resident MiB");
        double[][] more = new double[2][turns];
        for (int turn = 0; turn < turns; turn++) {
          turn(jar, jars.indexOf(jar) + "-" + turn, port, marks, turn, more);
        }
        for (double[] one : more) {
          Arrays.sort(one);
        }
        out.printf(
            Locale.ROOT,
            "median   idle +%.1f MiB, with traffic +%.1f MiB%n",
            more[0][turns / 2],
            more[1][turns / 2]);
      }
    }
  }

  private void turn(Path jar, String name, int port, Marks marks, int turn, double[][] more)
      throws Exception {
    List<LoadAgent> agents = new ArrayList<>();
    try {
      for (int messages : MESSAGES) {
        String device = messages + "-" + name;
        Path dbc = Files.writeString(dir.resolve(messages + ".dbc"), text(messages));
        agents.add(new LoadAgent(
            jar,
            device,
            dir.resolve(device),
            new LoadBus(rate -> bus(rate, messages)),
            config(dbc, port),
            OPTIONS));
        marks.of(device, agents.get(agents.size() - 1).bus);
      }
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      more[0][turn] = row("idle", agents);
      agents.forEach(agent -> agent.bus.rate(RATE));
      TimeUnit.SECONDS.sleep(seconds);
      more[1][turn] = row("traffic", agents);
      for (LoadAgent agent : agents) {
        if (marks.of(agent.name, agent.bus).count() == 0) {
          throw new IOException("nothing arrived of " + agent.name + ": " + agent.errors());
        }
        agent.terminate();
      }
    } finally {
      agents.forEach(LoadAgent::close);
    }
  }

  private double row(String what, List<LoadAgent> agents) throws IOException {
    double few = agents.get(0).read().residentKb() / 1024.0;
    double many = agents.get(1).read().residentKb() / 1024.0;
    out.printf(Locale.ROOT, "%8s %10.1f %10.1f %10.1f%n", what, few, many, many - few);
    return many - few;
  }

  private static String config(Path dbc, int port) {
    return "sources:\n"
        + "  - {name: can0, type: slcan, port: PORT, bitrate: 1M,\n"
        + "     decode: [{dbc: " + dbc + "}, {dbc: DIR/mark.dbc}]}\n"
        + "routes:\n"
        + "  - {name: cloud, batch: {max_age: 1s}, store: {dir: DIR/spool},\n"
        + "     uplink: {type: mqtt, url: \"tcp://127.0.0.1:" + port + "\"}}\n";
  }

  /** All messages in turn, with changing bytes. */
  private static LoadBus.Model bus(long rate, int messages) {
    long stepNs = TimeUnit.SECONDS.toNanos(1) / rate;
    byte[] payload = new byte[8];
    Random random = new Random(1);
    long[] sent = {0};
    return (untilNs, to) -> {
      for (; sent[0] * stepNs <= untilNs; sent[0]++) {
        random.nextBytes(payload);
        to.frame(
            sent[0] * stepNs, FIRST_ID + (int) (sent[0] % messages), 0, payload, payload.length);
      }
    };
  }

  /** Of signals of one byte each, with what files say of signals: unit, limits, receivers, remarks, cycle times. */
  private static String text(int messages) {
    StringBuilder text = new StringBuilder("VERSION \"\"\n\nBU_: Engine Gateway Cluster\n\n");
    StringBuilder remarks = new StringBuilder();
    for (int i = 0; i < messages; i++) {
      int id = FIRST_ID + i;
      text.append(String.format(Locale.ROOT, "BO_ %d Unit%03d_Status: 8 Engine%n", id, i));
      for (int k = 0; k < SIGNALS; k++) {
        String name = String.format(Locale.ROOT, "Unit%03d_Temperature_%d", i, k);
        text.append(String.format(
            Locale.ROOT,
            " SG_ %s : %d|8@1+ (0.5,-40) [-40|87.5] \"degC\" Gateway,Cluster%n",
            name,
            8 * k));
        remarks.append(String.format(
            Locale.ROOT,
            "CM_ SG_ %d %s \"Temperature of place %d in unit %d\";%n",
            id,
            name,
            k,
            i));
      }
      text.append('\n');
      remarks.append(String.format(Locale.ROOT, "BA_ \"GenMsgCycleTime\" BO_ %d 100;%n", id));
    }
    return text + "BA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 65535;\n" + remarks;
  }
}
