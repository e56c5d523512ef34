package dev.caravan.agent.device;

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

class DeviceSettingsTest {
  private final Path folder;

  DeviceSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private final Faults faults = new Faults();

  private DeviceSettings read(String entry) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "devices:\n  - {" + entry + "}\n");
    return DeviceSettings.from(YamlFile.read(file, faults).at("devices").items().get(0));
  }

  @Test
  void whatIsNotSaidIsThreeHundredFramesOfTheFirstSeed() throws IOException, ConfigException {
    DeviceSettings settings = read("name: can0, type: slcan");
    faults.throwIfAny();
    assertEquals(new DeviceSettings("can0", "slcan", "nev", 300, false, 1), settings);
  }

  @Test
  void everythingCanBeSaid() throws IOException, ConfigException {
    DeviceSettings settings =
        read("name: can-1.b, type: slcan, model: nev, rate: 8500, timestamps: true, seed: 77");
    faults.throwIfAny();
    assertEquals(new DeviceSettings("can-1.b", "slcan", "nev", 8500, true, 77), settings);
    assertEquals(5, settings.withSeed(5).seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "name: can0, type: sclan; devices[0].type: want",
        "name: ../can0, type: slcan; devices[0].name: want",
        "type: slcan; devices[0].name: missing",
        "name: can0, type: slcan, rate: 0; devices[0].rate: want 1..10k",
        "name: can0, type: slcan, rate: 20k; devices[0].rate: want 1..10k",
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
