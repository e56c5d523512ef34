package dev.caravan.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {
  private final Path folder;
  private final Faults faults = new Faults();

  StoreSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private StoreSettings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("agent.yaml"), yaml);
    return StoreSettings.from(YamlFile.read(file, faults));
  }

  @Test
  void onlyTheDirectoryIsNeeded() throws IOException {
    assertEquals(
        new StoreSettings(
            folder.resolve("spool/cloud"),
            folder,
            268_435_456,
            604_800_000_000_000L,
            1_000_000_000,
            4_194_304,
            8_388_608,
            WhenFull.DROP_OLDEST),
        read("dir: spool/cloud"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void everyKeyIsTaken() throws IOException {
    assertEquals(
        new StoreSettings(Path.of("/var/spool/q"), 1 << 20, 0, 0, 65_536, 131_072),
        read("{dir: /var/spool/q, max_bytes: 1MiB, max_age: 0, sync: each, segment: 64KiB, "
            + "memory_max: 128KiB}"));
    assertEquals(List.of(), faults.found());
  }

  @ParameterizedTest
  @CsvSource({"each,0", "none,9223372036854775807", "250ms,250000000", "5m,300000000000"})
  void syncIsAWordOrAnInterval(String sync, long wantedNs) throws IOException {
    assertEquals(wantedNs, read("{dir: q, sync: " + sync + "}").syncIntervalNs());
    assertEquals(List.of(), faults.found());
  }

  @ParameterizedTest
  @CsvSource({"256KiB,16384", "1MiB,16384", "64MiB,1048576", "1GiB,16777216", "1024GiB,16777216"})
  void segmentsAreA64thOfTheRoom(String maxBytes, long wantedBytes) throws IOException {
    assertEquals(wantedBytes, read("{dir: q, max_bytes: " + maxBytes + "}").segmentBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_bytes: 1MiB | dir: missing",
        "{dir: q, max_bytes: 1KiB} | max_bytes: want 256KiB..1024GiB, got 1KiB",
        "{dir: q, sync: often} | sync: want a duration",
        "{dir: q, max_bytes: 1MiB, segment: 1MiB} | segment: want at most a quarter of max_bytes",
        "{dir: q, max_byte: 1MiB} | max_byte: unknown key; did you mean 'max_bytes'?",
      })
  void aWrongKeyIsAFault(String yaml, String wanted) throws IOException {
    read(yaml);
    assertEquals(1, faults.found().size(), faults.found().toString());
    Fault found = faults.found().get(0);
    assertTrue(found.what().contains(wanted), found.toString());
  }

  @ParameterizedTest
  @CsvSource({"spool/cloud,.", "FOLDER/card/spool/cloud,card/spool", "FOLDER/cloud,."})
  void foldersAreMadeOnlyBelowTheConfigurationOrTheNextOneAbove(String dir, String home)
      throws IOException {
    StoreSettings settings = read("dir: " + dir.replace("FOLDER", folder.toString()));
    assertEquals(folder.resolve(home).normalize(), settings.home());
  }

  @Test
  void queueBelowAnotherNeedsWhatThatNeeds() throws IOException {
    StoreSettings batches = read("dir: spool/cloud");
    StoreSettings events = read("dir: " + folder.resolve("spool/cloud/events"));
    assertEquals(folder, events.besides(batches).home());
    assertEquals(folder.resolve("spool/cloud"), events.home());
  }
}
