package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class TelemetrySettingsTest {
  private final Path file;
  private final Faults faults = new Faults();

  TelemetrySettingsTest(@TempDir Path folder) {
    this.file = folder.resolve("agent.yaml");
  }

  private TelemetrySettings read(String batch) throws IOException {
    Files.writeString(file, "batch: " + batch + "\n");
    Node root = YamlFile.read(file, faults);
    return TelemetrySettings.from(root.at("batch"), root.get(TelemetrySettings.ENCODING));
  }

  @Test
  void nothingSaidGivesTheDefaults() throws IOException {
    assertEquals(
        new TelemetrySettings(1_000_000_000L, 5000, 262_144, 0, true, true), read("{max_age: 1s}"));
    assertTrue(faults.found().isEmpty());
  }

  @Test
  void everyKeyIsRead() throws IOException {
    assertEquals(
        new TelemetrySettings(10_000_000_000L, 7, 65_536, 2, false, true),
        read("{max_age: 10s, max_samples: 7, max_bytes: 64KiB, quantum: 100us, compress: none}"));
    assertTrue(faults.found().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"1us, 0", "10us, 1", "100us, 2", "1ms, 3", "10ms, 4", "100ms, 5", "1s, 6"})
  void quantumIsAPowerOfTen(String quantum, int exponent) throws IOException {
    assertEquals(exponent, read("{quantum: " + quantum + "}").quantumExponent());
    assertTrue(faults.found().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "quantum: 250us, '1:18: batch.quantum: want one of 1us, 10us, 100us, 1ms, 10ms, 100ms, 1s, got ''250us''; did you mean ''100us''?'",
    "quantum: 2s, '1:18: batch.quantum: want one of 1us, 10us, 100us, 1ms, 10ms, 100ms, 1s, got ''2s'''",
    "max_samples: 0, '1:22: batch.max_samples: want 1..1000000, got 0'",
    "compress: zstd, '1:19: batch.compress: want one of deflate, none, got ''zstd'''",
    "max_aeg: 1s, '1:9: batch.max_aeg: unknown key; did you mean ''max_age''?'"
  })
  void whatIsWrongIsSaid(String setting, String fault) throws IOException {
    read("{" + setting + "}");
    assertEquals(file + ":" + fault, faults.found().get(0).toString());
  }
}
