package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.source.diagnostic.UnitIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsoTpSettingsTest {
  private final Path folder;
  private final Faults faults = new Faults();

  IsoTpSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Optional<IsoTpSettings> read(String content, Set<Integer> allowed) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), content + "\n");
    return IsoTpSettings.from(
        YamlFile.read(file, faults).at("diagnostics"), frame -> allowed.contains(frame.id()));
  }

  @Test
  void withoutTheKeyThereAreNone() throws Exception {
    assertEquals(Optional.empty(), read("other: 1", Set.of()));
    faults.throwIfAny();
  }

  @Test
  void listeningNeedsNothingToBeSent() throws Exception {
    IsoTpSettings settings =
        read("diagnostics: {listen: true, ids: 29bit}", Set.of()).orElseThrow();
    faults.throwIfAny();
    assertEquals(
        new IsoTpSettings(true, 150_000_000L, UnitIds.BY_RULE, Optional.empty()), settings);
  }

  @Test
  void whatIsAskedMayBeSent() throws Exception {
    IsoTpSettings settings = read(
            "diagnostics: {timeout: 80ms, poll: {pids: [01 0C, {request: 22 F190, target: 710}]}}",
            Set.of(0x7DF, 0x7E3, 0x710))
        .orElseThrow();
    faults.throwIfAny();
    assertEquals(80_000_000L, settings.timeoutNs());
    assertTrue(settings.poll().isPresent());
  }

  @Test
  void listedUnitsAreAskedUnderTheirIdentifiers() throws Exception {
    IsoTpSettings settings = read(
            "diagnostics: {units: [{request: 714, answer: 77E}], poll: {vehicle_info: 0s,"
                + " trouble_codes: 0s, discover: false, pids: [{request: 21 01, target: 714}]}}",
            Set.of(0x714))
        .orElseThrow();
    faults.throwIfAny();
    assertEquals(List.of(), faults.warnings());
    assertEquals(List.of(new UnitIds.Pair(0x714, 0x77E)), settings.units().pairs());
    assertEquals(
        0x77E, settings.poll().orElseThrow().requests().get(0).request().answer());
  }

  @Test
  void whoAsksOneUnitAloneNeedsItsIdentifierOnly() throws Exception {
    read(
        "diagnostics: {poll: {vehicle_info: 0s, trouble_codes: 0s, discover: false,"
            + " pids: [{request: 22 F190, target: 7E0}]}}",
        Set.of(0x7E0));
    faults.throwIfAny();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; want listen: true, to overhear another tester, or poll, to ask; got neither",
        "{listen: true, poll: {}}; got both",
        "{listen: true, ids: 12bit}; diagnostics.ids: want one of 11bit, 29bit",
        "{listen: true, timeout: 1ms}; diagnostics.timeout: want 25ms..5s",
        "{listen: true, speed: 1}; diagnostics.speed: unknown key",
        "{poll: {}}; in allow_transmit, also 7DF, 7E0 to 7E7",
        "{poll: {}, ids: 29bit}; in allow_transmit, also 18DAxxF1 of the units xx",
        "{poll: {}, ids: 29bit}; also 18DAxxF1 of the units xx (flow control for long replies), 18DB33F1",
        "{poll: {pids: [{request: 22 F190, target: 710}]}}; also 710, 7DF, 7E0 to 7E7"
      })
  void wrongEntriesAndIdentifiersThatMayNotBeSentAreRefused(String entry, String fault)
      throws IOException {
    read("diagnostics: " + entry, Set.of(0x123));
    assertFalse(faults.found().isEmpty());
    String all = faults.found().toString();
    assertTrue(all.contains(fault), all);
    assertTrue(all.contains("a.yaml:1:"), all);
  }
}
