package dev.caravan.agent.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may talk to whom is in doubt. */
class RightsFaultsIT extends FaultSuite {
  @Test
  void certificatesAreNotGood(@TempDir Path folder) throws Exception {
    new BadCertificates(trial(), folder).happen();
  }

  @Test
  void commandsAreNone(@TempDir Path folder) throws Exception {
    new BadCommands(trial(), folder).happen();
  }
}
