package dev.caravan.agent.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Faults of one kind, {@code -Dcaravan.faults} times as often as usual (1), at instants that follow from {@code -Dcaravan.seed}.
 * After each one the audit of all that ever arrived must be clean. Each kind is a class of its own, so that they run side by
 * side; it prints its part of the table, and leaves it in {@code target/fault-suite/CLASS.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultSuite {
  private static final int TIMES = Integer.getInteger("caravan.faults", 1);
  private static final long SEED = Long.getLong("caravan.seed", 20261124);

  private final FaultTable table = new FaultTable();

  /** A trial whose instants do not depend on what ran before it. */
  Trial trial() {
    return new Trial(table, TIMES, new Random(SEED));
  }

  @AfterAll
  void printTable() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "fault-suite"));
    table.print(
        "seed " + SEED + ", times " + TIMES, folder.resolve(getClass().getSimpleName() + ".txt"));
  }
}
