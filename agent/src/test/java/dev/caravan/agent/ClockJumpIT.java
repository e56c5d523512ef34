package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real agent on a board whose wall clock is set by years while it runs; its monotonic clock is left alone. */
class ClockJumpIT {
  private static final Path CONFIG = Path.of(System.getProperty("caravan.root", ".."))
      .resolve("config/demo.yaml")
      .toAbsolutePath();
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final double YEAR_S = 365 * 86_400;

  private static final Pattern SAMPLE =
      Pattern.compile("\"seq\":(\\d+),\"t\":([0-9.]+),\"signal\":\"([^\"]+)\"");

  /** A year behind the epoch, as on a board without a battery; then right; then five years ahead. */
  private static final String YEAR_1971 = "-20400d";

  private static final String TRUE = "+0";
  private static final String FIVE_YEARS_ON = "+1825d";

  private final Path folder;
  private final FakeClock clock;
  private final List<Program> programs = new ArrayList<>();

  ClockJumpIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.clock = new FakeClock(folder);
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

  private Program run(int port) throws IOException {
    Map<String, String> environment = new HashMap<>(environment(port));
    environment.putAll(clock.environment());
    return keep(Program.caravan(environment, "run", "-c", CONFIG.toString()));
  }

  private static void awaitMoreLines(Program program, int lines) {
    int before = program.lineCount();
    await().atMost(LONG).until(() -> program.lineCount() >= before + lines);
  }

  private boolean hasStored() throws IOException {
    Path segment = folder.resolve("cloud/00000000000000000001.seg");
    return Files.exists(segment) && Files.readAllBytes(segment)[48] != 0;
  }

  @Test
  void clockThatIsSetByYearsStallsNothingAndLosesNothing() throws Exception {
    clock.set(YEAR_1971);
    int port = Program.freePort();
    Program simulate = keep(Program.caravan(
        environment(port),
        "simulate",
        "-c",
        CONFIG.toString(),
        "--links",
        folder.resolve("links").toString()));
    Program run = run(port);
    await().atMost(LONG).until(this::hasStored);
    clock.set(TRUE);
    keep(Program.mosquitto(folder, port));
    String broker = "tcp://127.0.0.1:" + port;
    // one subscriber, so that there is no telling who was first
    String record = folder.resolve("stream").toString();
    Program tail =
        keep(Program.caravan(Map.of(), "tail", "-b", broker, "-f", "json", "--record", record));
    awaitMoreLines(tail, 3_000);
    clock.set(FIVE_YEARS_ON);
    // more lines alone may be those of a batch from before
    double fourYearsOn = System.currentTimeMillis() / 1e3 + 4 * YEAR_S;
    await().atMost(LONG).until(() -> Double.parseDouble(last(tail).group(2)) > fourYearsOn);
    clock.set(TRUE);
    await().atMost(LONG).until(() -> Double.parseDouble(last(tail).group(2)) < fourYearsOn);
    long before = Long.parseLong(last(tail).group(1));
    awaitMoreLines(tail, 10_000);
    long batches = Long.parseLong(last(tail).group(1)) - before;
    // some thousand samples each, and not one for each frame as where every look finds a clock that
    // was set
    assertTrue(batches <= 200, () -> batches + " batches of 10,000 samples");

    assertEquals(0, simulate.terminate());
    assertEquals(0, run.terminate(), () -> String.join("\n", run.errors()));
    await().atMost(LONG).until(() -> isQuiet(tail));
    assertEquals(0, tail.terminate());
    Program audit = keep(Program.caravan(Map.of(), "audit", "--file", record));
    assertEquals(0, audit.exitCode(20), () -> audit.lines() + String.join("\n", audit.errors()));
    assertTrue(
        audit
            .lines()
            .get(0)
            .matches(
                "demo/demo-car/cloud: sequence 1\\.\\.\\d+, .* missing 0 \\(named 0\\), .*: complete"),
        () -> audit.lines().get(0));
    assertFalse(
        run.errors().stream().anyMatch(line -> line.contains("fault of the program")),
        () -> String.join("\n", run.errors()));
    // what is new leaves before the backlog, so the order is that of sequences
    checkTimes(tail.lines().stream()
        .filter(line -> !line.contains("\"event\":"))
        .sorted(Comparator.comparingLong(ClockJumpIT::sequence))
        .toList());
  }

  private static Matcher last(Program tail) {
    List<String> lines = tail.lines();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Matcher sample = SAMPLE.matcher(lines.get(i));
      if (sample.find()) {
        return sample;
      }
    }
    throw new AssertionError("no sample");
  }

  private static long sequence(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertTrue(sample.find(), line);
    return Long.parseLong(sample.group(1));
  }

  private static boolean isQuiet(Program tail) {
    int before = tail.lineCount();
    await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
    return tail.lineCount() == before;
  }

  /** They begin in 1971, go to now, five years ahead and back to now; no signal's run back but there. */
  private static void checkTimes(List<String> lines) {
    Map<String, Double> latest = new HashMap<>();
    double now = System.currentTimeMillis() / 1e3;
    boolean[] seen = new boolean[3];
    double last = 0;
    for (String line : lines) {
      Matcher sample = SAMPLE.matcher(line);
      assertTrue(sample.find(), line);
      double time = Double.parseDouble(sample.group(2));
      boolean isNow = Math.abs(time - now) < 300;
      Double before = latest.put(sample.group(3), time);
      boolean isSetBack =
          before != null && isNow && Math.abs(before - now - 5 * YEAR_S) < 300 && seen[2];
      assertTrue(before == null || before <= time || isSetBack, () -> line + " after " + before);
      seen[0] |= time < 3 * YEAR_S;
      seen[1] |= isNow;
      seen[2] |= Math.abs(time - now - 5 * YEAR_S) < 300;
      last = time;
    }
    assertTrue(seen[0] && seen[1] && seen[2], () -> java.util.Arrays.toString(seen));
    assertEquals(now, last, 300, "right again without a restart");
  }
}
