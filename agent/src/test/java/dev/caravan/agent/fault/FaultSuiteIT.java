package dev.caravan.agent.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault, {@code -Dcaravan.faults} times as often as usual (1), at instants that follow from {@code -Dcaravan.seed}. After
 * each one the audit of all that ever arrived must be clean. Prints one table, and leaves it in {@code
 * target/fault-suite.txt}.
 */
class FaultSuiteIT {
  private static final int TIMES = Integer.getInteger("caravan.faults", 1);
  private static final long SEED = Long.getLong("caravan.seed", 20261124);
  private static final FaultTable TABLE = new FaultTable();

  private final Path folder;
  private final Trial trial = new Trial(TABLE, TIMES, new Random(SEED));

  FaultSuiteIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void processesAreKilledAndStopped() throws Exception {
    new KilledProcesses(trial, folder).happen();
  }

  @Test
  void brokerMisbehaves() throws Exception {
    new BadBroker(trial, folder).happen();
  }

  @Test
  void brokerTakesLessAndLess() throws Exception {
    new BadBroker(trial, folder).shrink();
  }

  @Test
  void linkFails() throws Exception {
    new BadLink(trial, folder).happen();
  }

  @Test
  void linkIsThin() throws Exception {
    new BadLink(trial, folder).beThin();
  }

  @Test
  void networkLosesPackets() throws Exception {
    new BadNetwork(trial, folder).happen();
  }

  @Test
  void diskFails() throws Exception {
    new BadDisk(trial, folder).happen();
  }

  @Test
  void diskGoesAndComes() throws Exception {
    new LostDisk(trial, folder).happen();
  }

  @Test
  void powerIsCut() throws Exception {
    new PowerCuts(trial, folder).happen();
  }

  @Test
  void clockIsSet() throws Exception {
    new WrongClock(trial, folder).happen();
  }

  @Test
  void nobodyReadsTheLog() throws Exception {
    new UnreadLog(trial, folder).happen();
  }

  @Test
  void certificatesAreNotGood() throws Exception {
    new BadCertificates(trial, folder).happen();
  }

  @Test
  void commandsAreNone() throws Exception {
    new BadCommands(trial, folder).happen();
  }

  @Test
  void queueAloneIsDamaged() throws Exception {
    new DamagedQueue(trial, folder).happen();
  }

  @AfterAll
  static void printTable() throws IOException {
    TABLE.print("seed " + SEED + ", times " + TIMES, Path.of("target", "fault-suite.txt"));
  }
}
