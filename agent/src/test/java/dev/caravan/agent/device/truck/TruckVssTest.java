package dev.caravan.agent.device.truck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.j1939.J1939Decoder;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code config/vss/truck.yaml} against what is heard of the truck, and the catalogue of VSS. */
class TruckVssTest {
  private static final Path CONFIG = Path.of(System.getProperty("caravan.root", ".."), "config");

  private final Faults faults = new Faults();
  private final VssMapping mapping = VssMapping.read(CONFIG.resolve("vss/truck.yaml"), faults);
  private final SignalTable table = new SignalTable(mapping);

  @BeforeEach
  void hearThreeSecondsOfTheTruck() throws ConfigException {
    DbcFile file = DbcFile.read(CONFIG.resolve("dbc/truck.dbc"), DbcOptions.STRICT, faults);
    Decoder dbc = new DbcDecoder("can1", DbcPlan.of(List.of(file), faults), table, new Health());
    Decoder j1939 = new J1939Decoder("can1", List.of(dbc), table, new Health());
    CanFrame frame = new CanFrame();
    new TruckModel(200, 1)
        .runUntil(
            3_000_000_000L,
            (timeNs, id, flags, bytes, length) -> j1939.accept(
                frame.set(timeNs, id, CanFrame.EXTENDED, bytes, 0, length), sample -> {}));
    faults.throwIfAny();
  }

  private List<Signal> mapped() {
    return table.signals().stream()
        .filter(signal -> signal.path().startsWith("Vehicle."))
        .toList();
  }

  @Test
  void everyLineFindsItsSignalAndItsUnitConverts() {
    assertEquals(List.of(), mapping.unmatched(name -> false));
    assertEquals(List.of(), mapping.unitConflicts());
    assertEquals(List.of(), faults.warnings());
    assertEquals(mapping.size(), mapped().size());
  }

  @Test
  void everyPathIsALeafOfVssInItsUnit() throws IOException {
    Map<String, String> units = new HashMap<>();
    for (String line : Files.readAllLines(ReferenceData.require("vss/vss_4.2_leaves.tsv"))) {
      String[] columns = line.split("\t", -1);
      units.put(columns[0], columns[3]);
    }
    assertTrue(mapped().size() > 20);
    for (Signal signal : mapped()) {
      // what VSS gives no unit has none of ours
      assertEquals(units.get(signal.path()), signal.spec().unit(), signal.path());
    }
  }
}
