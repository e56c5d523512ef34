package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a configuration is: a plan, or faults with their places. */
class PlanFuzzTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("caravan.root", ".."), "config");

  private final Path folder;

  PlanFuzzTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @FuzzTest(maxDuration = "3m")
  void anyFileIsATreeOrHasFaults(byte[] data) throws IOException {
    Path file = Files.write(folder.resolve("any.yaml"), data);
    Faults faults = new Faults();
    YamlFile.read(file, faults);
    assertTold(faults.found());
  }

  @FuzzTest(maxDuration = "3m")
  void anyFileIsAPlanOrHasFaults(byte[] data) throws IOException {
    Path file = Files.write(folder.resolve("any.yaml"), data);
    Faults faults = new Faults();
    try {
      Plan plan = Plan.read(file, faults);
      assertFalse(plan.device().isEmpty());
    } catch (ConfigException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
    assertTold(faults.found());
  }

  private static void assertTold(List<Fault> faults) {
    for (Fault fault : faults) {
      assertTrue(!fault.toString().contains("Exception"), fault::toString);
      assertEquals(1, fault.toString().lines().count(), fault::toString);
    }
  }

  private static List<byte[]> examples() throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file :
          files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
    }
    return all;
  }

  @Test
  void thousandsOfSpoiltFilesAreRead() throws Exception {
    List<byte[]> files = examples();
    files.addAll(Hostile.seeds(getClass(), "anyFileIsATreeOrHasFaults"));
    Hostile.each(files, 2_000, this::anyFileIsATreeOrHasFaults);
  }

  @Test
  void hundredsOfSpoiltConfigurationsArePlannedOrHaveFaults() throws Exception {
    List<byte[]> files = examples();
    files.addAll(Hostile.seeds(getClass(), "anyFileIsAPlanOrHasFaults"));
    Hostile.each(files, 500, this::anyFileIsAPlanOrHasFaults);
  }
}
