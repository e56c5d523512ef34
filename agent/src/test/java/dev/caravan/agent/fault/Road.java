package dev.caravan.agent.fault;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.Program;
import dev.caravan.agent.cli.AuditRun;
import dev.caravan.agent.store.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A simulated adapter, the agent from the jar, and a tail that records all that arrives: about ten batches a second of one
 * message of the car.
 */
final class Road implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Pattern VERDICT =
      Pattern.compile("sequence (\\d+)\\.\\.\\d+, batches (\\d+),"
          + " missing (\\d+) \\(named (\\d+)\\), again (\\d+), two contents (\\d+), ");
  private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
  private static final Pattern TIME = Pattern.compile("\"t\":([0-9.]+)");

  /**
   * What an audit of the recording says.
   *
   * @param isClean sequence from 1, nothing missing that is not named, no two contents, all sums right
   */
  record Verdict(
      boolean isClean, long batches, long missing, long named, long again, String words) {
    /** How many batches are missing that nobody names. */
    long lost() {
      return Math.max(0, missing - named);
    }

    boolean isWhole() {
      return isClean && missing == named;
    }
  }

  private final RoadPlan plan;
  private final Program simulate;
  private final Program tail;
  private Program agent;
  private @Nullable Verdict latest;

  /** A road that is in use when this returns. */
  Road(RoadPlan plan) throws IOException {
    this.plan = plan;
    Files.writeString(plan.folder().resolve("one.dbc"), """
        VERSION ""
        BU_: A
        BO_ 161 Torque: 8 A
         SG_ A : 0|16@1+ (1,0) [0|0] "" A
         SG_ B : 32|16@1+ (1,0) [0|0] "" A
        """);
    Files.writeString(plan.folder().resolve("road.yaml"), plan.configuration());
    Files.writeString(
        plan.folder().resolve("tail.yaml"),
        "{type: mqtt, url: \"tcp://127.0.0.1:" + plan.tailPort() + "\", keep_alive: 5s}\n");
    simulate =
        Program.caravan(Map.of(), "simulate", "-c", file("road.yaml"), "--links", file("links"));
    tail = Program.caravan(
        plan.inside(),
        Map.of(),
        "tail",
        "--uplink",
        file("tail.yaml"),
        "--record",
        file("stream"),
        "-f",
        "json");
    agent = run();
    try {
      awaitLive();
    } catch (RuntimeException e) {
      close();
      throw new IOException("the road is not in use: " + told(), e);
    }
  }

  private String file(String name) {
    return plan.folder().resolve(name).toString();
  }

  private Program run() throws IOException {
    return Program.caravan(plan.inside(), plan.environment(), "run", "-c", file("road.yaml"));
  }

  /** Ends the agent as {@code kill -9} does. */
  void killAgent() {
    agent.kill();
  }

  /** Ends the agent as systemd does; it must end well, and in time. */
  void stopAgent() {
    int code = agent.terminate();
    if (code != 0) {
      throw new IllegalStateException("stop: exit=" + code);
    }
  }

  void startAgent() throws IOException {
    agent = run();
  }

  /** The agent's process, to be stopped and continued. */
  long agentPid() {
    return agent.process().pid();
  }

  /** Waits for a sample of now or later, and gives how long that took, in milliseconds. */
  long awaitLive() {
    long startNs = System.nanoTime();
    long epochMs = System.currentTimeMillis();
    awaitTail(() -> latest(TIME) * 1000 >= epochMs);
    tail.forgetLines();
    return (System.nanoTime() - startNs) / 1_000_000;
  }

  /** Waits for a sample whose time is right, to five seconds. */
  void awaitRight() {
    awaitTail(() -> Math.abs(latest(TIME) * 1000 - System.currentTimeMillis()) < 5_000);
    tail.forgetLines();
  }

  /** The same where the agent's clock is not to be compared with this one: waits for a batch that is not in the queue yet. */
  long awaitNext() throws IOException {
    long startNs = System.nanoTime();
    long newest = newest(plan.folder().resolve("spool"));
    awaitTail(() -> latest(SEQUENCE) > newest);
    tail.forgetLines();
    return (System.nanoTime() - startNs) / 1_000_000;
  }

  /** The highest sequence that a queue tells of. */
  static long newest(Path spool) throws IOException {
    Spool.Summary summary = Spool.of(spool).summary();
    return Math.max(summary.last(), summary.removedThrough());
  }

  private void awaitTail(Callable<Boolean> condition) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        .failFast("the agent has ended", () -> !agent.process().isAlive())
        .until(condition);
  }

  private double latest(Pattern field) {
    Matcher found = field.matcher(tail.lastLine());
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  /** What the latest audit said. */
  Verdict latest() {
    Verdict known = latest;
    return known == null ? awaitClean() : known;
  }

  /** Audits the recording until it is clean, without a hole and nothing comes again any more, or a minute is over. */
  Verdict awaitClean() {
    long untilNs = System.nanoTime() + 60_000_000_000L;
    Verdict before = audit();
    Verdict verdict = before;
    do {
      before = verdict;
      Trial.pass(300);
      verdict = audit();
    } while (!(verdict.isWhole() && verdict.again() == before.again())
        && System.nanoTime() < untilNs);
    latest = verdict;
    return verdict;
  }

  private Verdict audit() {
    AuditRun audit = AuditRun.of("--file", file("stream"));
    Matcher form = VERDICT.matcher(audit.words());
    long[] sums = new long[4];
    boolean isClean = audit.exitCode() == 0;
    // the stream of the disk, and one for each run in memory
    while (form.find()) {
      isClean &= isFirst(Long.parseLong(form.group(1))) && form.group(6).equals("0");
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Long.parseLong(form.group(i + 2));
      }
    }
    return new Verdict(isClean && sums[0] > 0, sums[0], sums[1], sums[2], sums[3], audit.words());
  }

  /** Whether a stream begins so: the disk's at 1, one in memory above 2^52 and a multiple of 2^24. */
  private static boolean isFirst(long sequence) {
    return sequence == 1 || (sequence > 1L << 52 && sequence % (1 << 24) == 1);
  }

  /** How many lines with these words the agent has logged so far, in this life. */
  long logged(String words) {
    return agent.errors().stream().filter(line -> line.contains(words)).count();
  }

  /** Waits until the agent has logged more of them than so many. */
  void awaitLogged(String words, long moreThan) {
    awaitLogged(words, moreThan, LONG);
  }

  /** The same, within a time that was promised. */
  void awaitLogged(String words, long moreThan, Duration within) {
    await()
        .atMost(within)
        .alias("want more than " + moreThan + " of '" + words + "' in the log")
        .until(() -> logged(words) > moreThan);
  }

  /** What the agent has logged so far, in this life. */
  String log() {
    return String.join("\n", agent.errors());
  }

  /** What agent and tail have logged so far. */
  String told() {
    return log() + "\ntail: " + String.join("\n", tail.errors());
  }

  @Override
  public void close() {
    List.of(simulate, tail, agent).forEach(Program::close);
  }
}
