package dev.caravan.agent.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk fails, goes and comes, and loses its power. */
class DiskFaultsIT extends FaultSuite {
  @Test
  void diskFails(@TempDir Path folder) throws Exception {
    new BadDisk(trial(), folder).happen();
  }

  @Test
  void diskGoesAndComes(@TempDir Path folder) throws Exception {
    new LostDisk(trial(), folder).happen();
  }

  @Test
  void powerIsCut(@TempDir Path folder) throws Exception {
    new PowerCuts(trial(), folder).happen();
  }

  @Test
  void queueAloneIsDamaged(@TempDir Path folder) throws Exception {
    new DamagedQueue(trial(), folder).happen();
  }
}
