package dev.caravan.agent.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.fault.Road.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.opentest4j.TestAbortedException;

/**
 * Makes faults happen to a road at random instants, and judges what became of it.
 *
 * @param table gets a row for each fault
 * @param times how often what is quick happens, in multiples of a plain build
 */
record Trial(FaultTable table, int times, Random random) {
  /** A fault. */
  interface Fault {
    /** Brings it about, and ends it. */
    void happen() throws Exception;
  }

  /** Lets that much time pass. */
  static void pass(long ms) {
    Awaitility.await()
        .pollDelay(Duration.ofMillis(ms))
        .atMost(Duration.ofDays(1))
        .until(() -> true);
  }

  /** How long a fault lasts that is only worth its time in a long run. */
  long longMs() {
    return times > 1 ? 60_000 : 8_000;
  }

  static void signal(String name, long pid) throws IOException {
    Program.run("kill", "-" + name, Long.toString(pid));
  }

  /** Makes a fault happen so often, and judges. */
  void suffer(Road road, String name, int times, Fault fault) throws Exception {
    Verdict before = road.latest();
    long slowestMs = 0;
    for (int i = 0; i < times; i++) {
      pass(100 + random.nextInt(900));
      fault.happen();
      try {
        slowestMs = Math.max(slowestMs, road.awaitLive());
      } catch (RuntimeException e) {
        throw new IOException(name + ": " + road.told(), e);
      }
    }
    judge(road, name, times, before, slowestMs);
  }

  /** Audits the road, adds the row, and fails if anything is lost that nobody names. */
  void judge(Road road, String name, int times, Verdict before, long slowestMs) {
    Verdict after = road.awaitClean();
    table.add(name, times, before, after, slowestMs);
    assertTrue(after.isWhole(), () -> name + ": " + after.words() + "\n" + road.log());
  }

  /** Skips, loudly, what is not permitted on this machine. */
  TestAbortedException notPermitted(String faults, String why) {
    table.skipped(faults, why);
    return new TestAbortedException("skipped: " + faults + ": " + why);
  }
}
