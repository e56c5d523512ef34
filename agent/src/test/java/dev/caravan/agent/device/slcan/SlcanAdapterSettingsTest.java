package dev.caravan.agent.device.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
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
    Node node = YamlFile.read(file, faults).at("devices").items().get(0);
    SlcanAdapterSettings settings = SlcanAdapterSettings.from("can0", node);
    node.refuseUnknownKeys();
    return settings;
  }

  @Test
  void whatIsNotSaidIsThreeHundredFramesOfTheFirstSeed() throws IOException, ConfigException {
    SlcanAdapterSettings settings = read("");
    faults.throwIfAny();
    assertEquals(new SlcanAdapterSettings("can0", "nev", 300, false, false, false), settings);
  }

  @Test
  void everythingCanBeSaid() throws IOException, ConfigException {
    SlcanAdapterSettings settings =
        read("model: nev-fd, fd: true, rate: 8500, timestamps: true, ecus: true");
    faults.throwIfAny();
    assertEquals(new SlcanAdapterSettings("can0", "nev-fd", 8500, true, true, true), settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rate: 0; devices[0].rate: want 1..10k",
        "rate: 20k; devices[0].rate: want 1..10k",
        "model: nev-fd; devices[0].model: model nev-fd needs an adapter",
        "model: tram; devices[0].model: want",
        "speed: 1; devices[0].speed: unknown key"
      })
  void wrongEntriesAreRefusedWithTheirPlace(String entry, String fault) throws IOException {
    read(entry);
    assertFalse(faults.found().isEmpty());
    String all = faults.found().toString();
    assertTrue(all.contains(fault), all);
    assertTrue(all.contains("a.yaml:2:"), all);
  }
}
