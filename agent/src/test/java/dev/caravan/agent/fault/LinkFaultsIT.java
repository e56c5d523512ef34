package dev.caravan.agent.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire to the broker is cut, deaf, slow; packets are lost on the way. */
class LinkFaultsIT extends FaultSuite {
  @Test
  void linkFails(@TempDir Path folder) throws Exception {
    new BadLink(trial(), folder).happen();
  }

  @Test
  void linkIsThin(@TempDir Path folder) throws Exception {
    new BadLink(trial(), folder).beThin();
  }

  @Test
  void backlogIsCut(@TempDir Path folder) throws Exception {
    new BadLink(trial(), folder).cutBacklog();
  }

  @Test
  void networkLosesPackets(@TempDir Path folder) throws Exception {
    new BadNetwork(trial(), folder).happen();
  }
}
