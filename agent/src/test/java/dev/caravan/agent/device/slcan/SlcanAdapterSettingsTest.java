package dev.caravan.agent.device.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlcanAdapterSettingsTest {
  private final Path folder;

  SlcanAdapterSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private final Faults faults = new Faults();

  private SlcanAdapterSettings read(String entry) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "devices:\n  - {" + entry + "}\n");
    return SlcanAdapterSettings.from(
        YamlFile.read(file, faults).at("devices").items().get(0));
  }

  @Test
  void whatIsNotSaidIsThreeHundredFramesOfTheFirstSeed() throws IOException, ConfigException {
    SlcanAdapterSettings settings = read("name: can0, type: slcan");
    faults.throwIfAny();
    assertEquals(new SlcanAdapterSettings("can0", "nev", 300, false, false, false), settings);
  }

  @Test
  void everythingCanBeSaid() throws IOException, ConfigException {
    SlcanAdapterSettings settings = read(
        "name: can-1.b, type: slcan, model: nev-fd, fd: true, rate: 8500, timestamps: true, ecus: true, seed: 7");
    faults.throwIfAny();
    assertEquals(new SlcanAdapterSettings("can-1.b", "nev-fd", 8500, true, true, true), settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "type: slcan; devices[0].name: missing",
        "name: can0, type: slcan, rate: 0; devices[0].rate: want 1..10k",
        "name: can0, type: slcan, rate: 20k; devices[0].rate: want 1..10k",
        "name: can0, type: slcan, model: nev-fd; devices[0].model: model nev-fd needs an adapter",
        "name: can0, type: slcan, model: tram; devices[0].model: want",
        "name: can0, type: slcan, speed: 1; devices[0].speed: unknown key"
      })
  void wrongEntriesAreRefusedWithTheirPlace(String entry, String fault) throws IOException {
    read(entry);
    assertFalse(faults.found().isEmpty());
    String all = faults.found().toString();
    assertTrue(all.contains(fault), all);
    assertTrue(all.contains("a.yaml:2:"), all);
  }
}
