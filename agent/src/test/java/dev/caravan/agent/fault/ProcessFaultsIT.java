package dev.caravan.agent.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed and stopped, their clock is set, and nobody reads what they say. */
class ProcessFaultsIT extends FaultSuite {
  @Test
  void processesAreKilledAndStopped(@TempDir Path folder) throws Exception {
    new KilledProcesses(trial(), folder).happen();
  }

  @Test
  void clockIsSet(@TempDir Path folder) throws Exception {
    new WrongClock(trial(), folder).happen();
  }

  @Test
  void nobodyReadsTheLog(@TempDir Path folder) throws Exception {
    new UnreadLog(trial(), folder).happen();
  }
}
