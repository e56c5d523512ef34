package dev.caravan.agent.load;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An agent as a process, with the options and the archive of classes of the package, and what the kernel says of it. */
final class LoadAgent implements AutoCloseable {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /**
   * What it has taken so far.
   *
   * @param cpuTicks of all, in hundredths of a second
   * @param threads by name: CPU time in ns, wake-ups, how many there are of that name
   */
  record Reading(long cpuTicks, Map<String, long[]> threads, long residentKb, long wakeUps) {}

  final String name;
  final LoadBus bus;
  private final Program program;
  private final Path task;

  /** Starts the agent of a jar on a bus; {@code config} is its configuration but for device and port. */
  LoadAgent(Path jar, String name, Path dir, LoadBus bus, String config, List<String> options)
      throws IOException {
    this.name = name;
    this.bus = bus;
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("mark.dbc"), LoadBus.DBC);
    Path file = dir.resolve("agent.yaml");
    Files.writeString(
        file,
        "device: {id: " + name + ", fleet: load}\n"
            + config.replace("PORT", bus.port().toString()).replace("DIR", dir.toString()));
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(options);
    if (options.contains("-XX:+UseSerialGC")) {
      command.add("-XX:SharedArchiveFile=" + archive(jar, dir));
      command.add("-Xlog:cds*=off");
    }
    command.addAll(List.of("-jar", jar.toString(), "run", "-c", file.toString()));
    program = Program.start(command.toArray(String[]::new));
    task = Path.of("/proc/" + program.process().pid() + "/task");
  }

  /** As the package makes it when it is installed. */
  private static Path archive(Path jar, Path dir) throws IOException {
    Path archive = dir.resolve("caravan.jsa");
    Program.run(
        JAVA,
        "-XX:+UseSerialGC",
        "-Xshare:dump",
        "-Xlog:cds*=off",
        "-XX:SharedClassListFile=" + Path.of("src/deb/classes.list").toAbsolutePath(),
        "-XX:SharedArchiveFile=" + archive,
        "-cp",
        jar.toString());
    return archive;
  }

  Reading read() throws IOException {
    Map<String, long[]> threads = new HashMap<>();
    long wakeUps = 0;
    List<Path> all;
    try (Stream<Path> list = Files.list(task)) {
      all = list.toList();
    }
    for (Path thread : all) {
      try {
        String[] schedule = Files.readString(thread.resolve("schedstat")).split(" ", -1);
        String status = Files.readString(thread.resolve("status"));
        long woken = number(status, "voluntary_ctxt_switches:");
        String threadName = Files.readString(thread.resolve("comm")).strip();
        long[] sum = threads.computeIfAbsent(threadName, key -> new long[3]);
        sum[0] += Long.parseLong(schedule[0]);
        sum[1] += woken;
        sum[2]++;
        wakeUps += woken;
      } catch (java.nio.file.NoSuchFileException e) {
        // it has ended
      }
    }
    Path process = task.getParent();
    return new Reading(
        ticks(Files.readString(process.resolve("stat"))),
        threads,
        number(Files.readString(process.resolve("status")), "VmRSS:"),
        wakeUps);
  }

  /** utime and stime, proc(5), in hundredths of a second. */
  private static long ticks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static long number(String status, String key) {
    return status
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip().split(" ", -1)[0]))
        .findFirst()
        .orElse(0);
  }

  List<String> errors() {
    return program.errors();
  }

  boolean isAlive() {
    return program.process().isAlive();
  }

  /** Asks it to end; milliseconds until it has. */
  long terminate() {
    long startNs = System.nanoTime();
    program.process().toHandle().destroy();
    program.exitCode(15);
    return (System.nanoTime() - startNs) / 1_000_000;
  }

  @Override
  public void close() {
    program.close();
    bus.close();
  }
}
