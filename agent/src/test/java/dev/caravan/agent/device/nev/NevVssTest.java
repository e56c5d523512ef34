package dev.caravan.agent.device.nev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code config/vss/nev.yaml} against {@code config/dbc/nev.dbc} and the catalogue of VSS. */
class NevVssTest {
  private static final Path CONFIG = Path.of(System.getProperty("caravan.root", ".."), "config");

  private final Faults faults = new Faults();
  private final VssMapping mapping = VssMapping.read(CONFIG.resolve("vss/nev.yaml"), faults);
  private final SignalTable table = new SignalTable(mapping);

  @BeforeEach
  void define() throws ConfigException {
    DbcFile file = DbcFile.read(CONFIG.resolve("dbc/nev.dbc"), DbcOptions.STRICT, faults);
    DbcPlan plan = DbcPlan.of(List.of(file), faults);
    new DbcDecoder("can0", plan, table, new Health());
    faults.throwIfAny();
    assertEquals(324, table.signals().size());
  }

  @Test
  void everyLineFindsItsSignalAndItsUnitConverts() {
    assertEquals(List.of(), mapping.unmatched(name -> false));
    assertEquals(List.of(), mapping.unitConflicts());
    assertEquals(
        mapping.size(), table.signals().stream().filter(NevVssTest::isVss).count());
    Signal range = signal("Vehicle.Powertrain.TractionBattery.Range");
    assertEquals("m", range.spec().unit());
    assertEquals(100.0, range.spec().factor()); // 0.1 km a bit
  }

  private static boolean isVss(Signal signal) {
    return signal.spec().path().startsWith("Vehicle.");
  }

  private Signal signal(String path) {
    return table.signals().stream()
        .filter(signal -> signal.spec().path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPathIsALeafOfVssInItsUnit() throws IOException {
    Map<String, String> units = new HashMap<>();
    Map<String, String> allowed = new HashMap<>();
    for (String line : Files.readAllLines(ReferenceData.require("vss/vss_4.2_leaves.tsv"))) {
      String[] columns = line.split("\t", -1);
      units.put(columns[0], columns[3]);
      allowed.put(columns[0], columns[6]);
    }
    for (Signal signal : table.signals().stream().filter(NevVssTest::isVss).toList()) {
      String path = signal.spec().path();
      assertEquals(units.get(path), signal.spec().unit(), path);
      for (String label : signal.spec().labels().values()) {
        assertTrue(allowed.getOrDefault(path, "").contains('"' + label + '"'), path + ": " + label);
      }
    }
  }
}
