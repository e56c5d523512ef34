package dev.caravan.agent.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker does what none should. */
class BrokerFaultsIT extends FaultSuite {
  @Test
  void brokerMisbehaves(@TempDir Path folder) throws Exception {
    new BadBroker(trial(), folder).happen();
  }

  @Test
  void brokerIsSpokenToByMqtt311(@TempDir Path folder) throws Exception {
    new OldBroker(trial(), folder).happen();
  }

  @Test
  void brokerTakesLessAndLess(@TempDir Path folder) throws Exception {
    new BadBroker(trial(), folder).shrink();
  }
}
