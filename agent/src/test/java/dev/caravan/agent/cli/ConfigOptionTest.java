package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConfigOptionTest {
  private static String refused(String message) {
    ConfigOption option = CommandLine.populateCommand(new ConfigOption(), "-c", "a.yaml");
    return String.valueOf(assertThrows(
            ConfigException.class,
            () -> option.fitting(() -> {
              throw new OutOfMemoryError(message);
            }))
        .getMessage());
  }

  @Test
  void memoryThatIsLackingBeforeTheAgentRunsIsAFaultOfTheFile() {
    String told = refused("Java heap space");
    assertTrue(told.startsWith("a.yaml: takes more memory than there is, "), told);
    assertTrue(told.endsWith("; want a smaller file, or a larger -Xmx"), told);
  }

  // the words of Java 17
  @Test
  void threadsThatAreLackingAreSaidSo() {
    assertEquals(
        "a.yaml: takes more threads than this machine gives; want fewer sources and routes",
        refused("unable to create native thread: possibly out of memory or process/resource limits"
            + " reached"));
  }
}
