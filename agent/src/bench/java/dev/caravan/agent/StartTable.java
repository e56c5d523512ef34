package dev.caravan.agent;

import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Prints, for the same jar under several options of Java, how soon the agent is there and what it takes, in turns within one
 * run: from the start of the process to the first publish that the broker acknowledges and to the first batch, {@code --version},
 * {@code check}; then resident memory, threads and processor time while an adapter sends so many frames a second.
 *
 * <p>The broker is in this process, the adapter in one of its own.
 */
public final class StartTable {
  private static final String PLAIN = "";
  private static final String SMALL = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms12m -Xmx64m";
  private static final int LISTED_SECONDS = 10;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  private final PrintStream out;
  private final Path dir;
  private final Path jar;
  private final Path root;
  private final int routes;
  private final LoopbackBroker broker = new LoopbackBroker(0);
  private final AtomicLong batches = new AtomicLong();
  private final Map<String, List<String>> variants = new LinkedHashMap<>();
  private final Map<String, Times> times = new LinkedHashMap<>();

  /** What was measured of one variant, in milliseconds. */
  private record Times(List<Long> puback, List<Long> batch, List<Long> version, List<Long> check) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private StartTable(PrintStream out, Path dir, Path jar, Path root, int routes)
      throws IOException {
    this.out = out;
    this.dir = dir;
    this.jar = jar;
    this.root = root;
    this.routes = routes;
  }

  /**
   * Takes {@code --jar FILE}, default that of the build; {@code --turns N} starts of each variant, default 5; {@code --seconds N}
   * for which each then runs, default 30; {@code --rate N} frames a second, default 2000; {@code --routes N}, default 1;
   * {@code --newer HOME}, the folder of a Java of 25 or later, whose variants are left out without it; {@code --only WORDS}, a
   * part of the names of the variants to run. With {@code --minutes N} the last variant runs so
   * long alone, with a row each minute. With {@code --list FILE} it measures nothing and writes the list of classes for
   * the package.
   */
  public static void main(String[] args) throws Exception {
    Path root =
        Path.of(System.getProperty("caravan.root", "..")).toAbsolutePath().normalize();
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      given.put(args[i], args[i + 1]);
    }
    Path jar = Path.of(given.getOrDefault("--jar", root + "/agent/target/caravan.jar"));
    int turns = Integer.parseInt(given.getOrDefault("--turns", "5"));
    int seconds = Integer.parseInt(given.getOrDefault("--seconds", "30"));
    int rate = Integer.parseInt(given.getOrDefault("--rate", "2000"));
    int routes = Integer.parseInt(given.getOrDefault("--routes", "1"));
    Path dir = Files.createTempDirectory("start-table-");
    try {
      StartTable table = new StartTable(System.out, dir, jar.toAbsolutePath(), root, routes);
      if (given.containsKey("--list")) {
        table.list(Path.of(given.get("--list")));
        return;
      }
      table.variants(given.get("--newer"), given.getOrDefault("--only", ""));
      if (given.containsKey("--minutes")) {
        table.soak(Integer.parseInt(given.get("--minutes")), rate);
      } else {
        table.run(turns, seconds, rate);
      }
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private void variants(String newer, String only) throws Exception {
    String java = java();
    add(only, "nothing set", java, PLAIN);
    add(only, "SerialGC, C1, small heap", java, SMALL);
    Path archive = dir.resolve("classes.jsa");
    Program.run(
        java,
        "-XX:+UseSerialGC",
        "-Xshare:dump",
        "-XX:SharedClassListFile=" + root.resolve("agent/src/deb/classes.list"),
        "-XX:SharedArchiveFile=" + archive,
        "-Xlog:cds*=off",
        "-cp",
        jar.toString());
    String archived = SMALL + " -Xlog:cds*=off -XX:SharedArchiveFile=" + archive;
    add(only, "the same, archive of classes", java, archived);
    add(only, "the same, as packaged", java, archived + " " + PACKAGED);
    if (newer != null) {
      String next = Path.of(newer, "bin", "java").toString();
      String made = "-XX:SharedArchiveFile=" + dir.resolve("made.jsa");
      add(only, "newer: nothing set", next, PLAIN);
      add(only, "newer: AutoCreateSharedArchive", next, "-XX:+AutoCreateSharedArchive " + made);
      add(
          only,
          "newer: the same, SerialGC, C1",
          next,
          SMALL + " -XX:+AutoCreateSharedArchive " + made + "2");
      Path cache = dir.resolve("classes.aot");
      List<String> training = new ArrayList<>(List.of(next));
      training.addAll(List.of((SMALL + " -XX:AOTCacheOutput=" + cache).split(" ")));
      training.addAll(List.of("-jar", jar.toString()));
      took(training, "check", root.resolve("config/agent.yaml").toString());
      add(only, "newer: AOT cache, SerialGC, C1", next, SMALL + " -XX:AOTCache=" + cache);
    }
  }

  /** What the package's launcher adds to an archive. */
  private static final String PACKAGED =
      "-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0";

  private void add(String only, String name, String java, String options) {
    if (name.contains(only)) {
      List<String> command = new ArrayList<>(List.of(java));
      command.addAll(Stream.of(options.split(" ")).filter(one -> !one.isEmpty()).toList());
      command.addAll(List.of("-jar", jar.toString()));
      variants.put(name, command);
      times.put(name, new Times());
    }
  }

  private void run(int turns, int seconds, int rate) throws Exception {
    Path config = config(rate);
    MqttAsyncClient reader = reader();
    try (Program adapter = adapter(config)) {
      for (int turn = 0; turn < turns; turn++) {
        for (Map.Entry<String, List<String>> one : variants.entrySet()) {
          Times told = times.get(one.getKey());
          told.version.add(took(one.getValue(), "--version"));
          told.check.add(took(one.getValue(), "check", config.toString()));
          try (Started agent = new Started(one.getValue(), config)) {
            told.puback.add(agent.pubackMs);
            told.batch.add(agent.batchMs);
          }
        }
      }
      head();
      for (Map.Entry<String, List<String>> one : variants.entrySet()) {
        try (Started agent = new Started(one.getValue(), config)) {
          row(one.getKey(), times.get(one.getKey()), agent, seconds);
        }
      }
    } finally {
      end(reader);
    }
  }

  private static final Pattern STOPPED = Pattern.compile("Total: +(\\d+) ns|Pause .* ([.\\d]+)ms");

  /** Runs the last variant, with the longest stop of all threads since its first batch. */
  private void soak(int minutes, int rate) throws Exception {
    Path config = config(rate);
    Path log = dir.resolve("gc.log");
    MqttAsyncClient reader = reader();
    String name = variants.keySet().stream().reduce((a, b) -> b).orElseThrow();
    List<String> command = new ArrayList<>(variants.get(name));
    command.add(1, "-Xlog:gc,safepoint:file=" + log + "::filecount=0");
    try (Program adapter = adapter(config);
        Started agent = new Started(command, config)) {
      out.println(name + ": " + command);
      out.printf(
          "%8s %8s %8s %12s %12s %12s%n",
          "minute", "RSS MiB", "threads", "CPU s", "collections", "longest ms");
      int before = Files.readAllLines(log).size();
      for (int minute = 1; minute <= minutes; minute++) {
        TimeUnit.MINUTES.sleep(1);
        List<String> lines = Files.readAllLines(log);
        List<String> since = lines.subList(Math.min(before, lines.size()), lines.size());
        out.printf(
            Locale.ROOT,
            "%8d %8.1f %8d %12.1f %12d %12.2f%n",
            minute,
            agent.status("VmRSS") / 1024.0,
            agent.status("Threads"),
            agent.ticks() / 100.0,
            since.stream().filter(line -> line.contains("Pause ")).count(),
            since.stream().mapToDouble(StartTable::stoppedMs).max().orElse(0));
        out.flush();
      }
      out.println("batches " + batches.get() + ", exit code " + agent.agent.terminate());
    } finally {
      end(reader);
    }
  }

  private static double stoppedMs(String line) {
    Matcher found = STOPPED.matcher(line);
    if (!found.find()) {
      return 0;
    }
    return found.group(1) == null
        ? Double.parseDouble(found.group(2))
        : Long.parseLong(found.group(1)) / 1e6;
  }

  private Program adapter(Path config) throws Exception {
    Program adapter = Program.start(with(
        List.of(java(), "-jar", jar.toString()),
        "simulate",
        "-c",
        config.toString(),
        "--links",
        dir.toString()));
    await(() -> Files.exists(dir.resolve("can0")));
    return adapter;
  }

  /** Writes which classes agents at work load, those first that every command needs. */
  private void list(Path to) throws Exception {
    Set<String> classes = new LinkedHashSet<>();
    Path one = dir.resolve("one.list");
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(List.of(SMALL.split(" ")));
    command.add("-XX:DumpLoadedClassList=" + one);
    command.addAll(List.of("-jar", jar.toString()));
    MqttAsyncClient reader = reader();
    try {
      took(command, "--version");
      addLines(one, classes);
      took(command, "check", root.resolve("config/agent.yaml").toString());
      addLines(one, classes);
      for (String name : List.of("demo.yaml", "roadside.yaml")) {
        Path config = root.resolve("config").resolve(name);
        try (Program devices = Program.start(with(
                List.of(java(), "-jar", jar.toString()),
                "simulate",
                "-c",
                config.toString(),
                "--links",
                dir.toString()));
            Started agent = new Started(command, config)) {
          TimeUnit.SECONDS.sleep(LISTED_SECONDS);
        }
        addLines(one, classes);
      }
    } finally {
      end(reader);
    }
    Files.write(to, classes);
    out.println(to + ": " + classes.size() + " lines");
  }

  private static void addLines(Path from, Set<String> to) throws IOException {
    Files.readAllLines(from).stream().filter(line -> !line.startsWith("#")).forEach(to::add);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private void end(MqttAsyncClient reader) throws MqttException {
    reader.disconnectForcibly(0, 1, false);
    reader.close(true);
    broker.close();
  }

  private void head() {
    out.printf(
        "%-32s %10s %10s %10s %10s %8s %8s %8s%n",
        "", "PUBACK ms", "batch ms", "--version", "check", "RSS MiB", "threads", "CPU %");
  }

  private void row(String name, Times told, Started agent, int seconds) throws Exception {
    TimeUnit.SECONDS.sleep(seconds / 2);
    long ticks = agent.ticks();
    long fromNs = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds - seconds / 2);
    double part = 10_000_000.0 * (agent.ticks() - ticks) / (System.nanoTime() - fromNs);
    out.printf(
        Locale.ROOT,
        "%-32s %10d %10d %10d %10d %8.1f %8d %8.1f%n",
        name,
        median(told.puback),
        median(told.batch),
        median(told.version),
        median(told.check),
        agent.status("VmRSS") / 1024.0,
        agent.status("Threads"),
        100 * part);
  }

  private static long median(List<Long> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }

  private static String[] with(List<String> command, String... arguments) {
    return Stream.concat(command.stream(), Stream.of(arguments)).toArray(String[]::new);
  }

  private static long took(List<String> command, String... arguments) throws Exception {
    long fromNs = System.nanoTime();
    Process one = new ProcessBuilder(with(command, arguments))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    one.waitFor();
    return (System.nanoTime() - fromNs) / 1_000_000;
  }

  /** An agent that has had its first batch acknowledged. */
  private final class Started implements AutoCloseable {
    private final Program agent;
    final long pubackMs;
    final long batchMs;

    Started(List<String> command, Path config) throws Exception {
      long published = broker.publishes();
      long arrived = batches.get();
      long fromNs = System.nanoTime();
      agent = Program.start(
          Map.of(
              "CARAVAN_SPOOL", Files.createTempDirectory(dir, "spool").toString(),
              "CARAVAN_BROKER", broker.url(),
              "CARAVAN_LINKS", dir.toString()),
          with(command, "run", "-c", config.toString()));
      await(() -> broker.publishes() > published);
      pubackMs = (System.nanoTime() - fromNs) / 1_000_000;
      await(() -> batches.get() > arrived);
      batchMs = (System.nanoTime() - fromNs) / 1_000_000;
    }

    long status(String field) throws IOException {
      return Files.readAllLines(Path.of("/proc", agent.process().pid() + "", "status")).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }

    /** Processor time so far, in hundredths of a second; proc(5), utime and stime. */
    long ticks() throws IOException {
      String line = Files.readString(Path.of("/proc", agent.process().pid() + "", "stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Override
    public void close() {
      if (agent.process().isAlive()) {
        agent.terminate();
      }
      agent.close();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long untilNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.holds()) {
      if (System.nanoTime() > untilNs) {
        throw new IOException("nothing in " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Somebody who wants all batches: who has nobody is told so, and sends them again. */
  private MqttAsyncClient reader() throws MqttException {
    MqttAsyncClient reader =
        new MqttAsyncClient(broker.url(), "start-table", new MemoryPersistence());
    reader.connect().waitForCompletion();
    reader.setCallback(new Counting());
    reader.subscribe("caravan/v1/#", 1).waitForCompletion();
    return reader;
  }

  private final class Counting implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      if (topic.contains("/data/")) {
        batches.incrementAndGet();
      }
    }

    @Override
    public void disconnected(MqttDisconnectResponse told) {}

    @Override
    public void mqttErrorOccurred(MqttException why) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
  }

  private Path config(int rate) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("device: {id: car, fleet: bench}\n")
        .append("sources:\n  - {name: can0, type: slcan, port: \"")
        .append(dir.resolve("can0"))
        .append("\", bitrate: 500k, decode: [{dbc: ")
        .append(root.resolve("config/dbc/nev.dbc"))
        .append("}]}\nvss: ")
        .append(root.resolve("config/vss/nev.yaml"))
        .append("\nroutes:\n");
    for (int i = 0; i < routes; i++) {
      text.append("  - {name: r")
          .append(i)
          .append(", batch: {max_age: 1s}, store: {dir: \"${CARAVAN_SPOOL:-")
          .append(dir.resolve("spool"))
          .append("}/r")
          .append(i)
          .append("\"}, uplink: {type: mqtt, url: \"")
          .append(broker.url())
          .append("\"}}\n");
    }
    text.append("devices: [{name: can0, type: slcan, model: nev, seed: 1, rate: ")
        .append(rate)
        .append("}]\n");
    return Files.writeString(dir.resolve("bench.yaml"), text);
  }
}
