package dev.caravan.agent.source.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitIdsTest {
  private final Path folder;
  private final Faults faults = new Faults();

  UnitIdsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private PollSettings read(String units, String pids) throws IOException {
    Node top = YamlFile.read(
        Files.writeString(
            folder.resolve("a.yaml"), "units: [" + units + "]\npoll: {pids: [" + pids + "]}\n"),
        faults);
    return PollSettings.from(top.at("poll"), UnitIds.from(top.at("units")));
  }

  @ParameterizedTest
  @CsvSource({
    "7E0, 7E8", // ISO 15765-4, 10.5.2
    "7E7, 7EF",
    "7A0, 7A8",
    "18DA10F1, 18DAF110", // ISO 15765-4, 10.5.3
    "18DA28F1, 18DAF128",
    "714, 77E",
    "6A2, 682",
    "17FC0076, 17FE0076",
    "750, 758"
  })
  void aUnitAnswersAsListedAndOtherwiseByTheRule(String request, String answer) throws Exception {
    PollSettings settings = read(
        "{request: 714, answer: 77E}, {request: 6A2, answer: 682}, {request: 17FC0076, answer: 17fe0076}",
        "{request: 22 F190, target: " + request + "}, {request: 21 01 A0, target: " + request
            + "}");
    faults.throwIfAny();
    List<String> payloads = settings.requests().stream()
        .map(asked -> asked.request().payload().toString())
        .toList();
    assertEquals(List.of("22f190", "2101", "21a0"), payloads);
    for (PollSettings.Asked asked : settings.requests()) {
      assertEquals(Integer.parseInt(request, 16), asked.request().target());
      assertEquals(Integer.parseInt(answer, 16), asked.request().answer());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "714; 714 answers; 71C is listened to; say it with units: [{request: 714, answer: ...}]",
        "7DF; 7DF answers; 7E7 is listened to",
        "7FF; 7FF answers; nothing is listened to",
        "17FC0076; 17FC0076 answers; 17FC7600 is listened to",
        "18DA10F9; 18DA10F9 answers; 18DAF910 is listened to"
      })
  void answerThatOnlyTheRuleTellsIsWarnedOfOnce(String target, String warning) throws Exception {
    String one = "{request: 22 F190, target: " + target + "}";
    read("", one + ", " + one);
    faults.throwIfAny();
    assertEquals(1, faults.warnings().size());
    String found = faults.warnings().get(0).toString();
    assertTrue(found.contains(warning), found);
    assertTrue(found.contains("a.yaml:2:"), found);
  }

  @ParameterizedTest
  @CsvSource({"7E0", "7E7", "18DA10F1", "18DAFFF1", "714"})
  void standardAndListedUnitsGiveNoWarning(String target) throws Exception {
    read("{request: 714, answer: 71C}", "{request: 22 F190, target: " + target + "}");
    faults.throwIfAny();
    assertEquals(List.of(), faults.warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{request: 714}; units[0].answer: missing",
        "{request: 714, answer: 97E}; units[0].answer: want a CAN identifier of 3 or 8 hex digits",
        "{request: 714, answer: 17FE0076}; units[0]: want two identifiers, both of 3 or both of 8",
        "{request: 714, answer: 714}; units[0]: want two identifiers",
        "{request: 714, answer: '05A'}; units[0].answer: want 100 or more, got 05A",
        "{request: 714, answer: 0000077E}; units[0].answer: want 3 hex digits, or 8 over 000007FF",
        "{request: 714, answer: 77E, name: x}; units[0].name: unknown key",
        "{request: 714, answer: 77E}, {request: 714, answer: 77F}; units[1]: want each request and each answer once",
        "{request: 714, answer: 77E}, {request: 715, answer: 77E}; units[1]: want each request and each answer once",
        "714; units[0]: want a mapping"
      })
  void wrongUnitsAreRefused(String units, String fault) throws IOException {
    read(units, "");
    String all = faults.found().toString();
    assertTrue(all.contains(fault), all);
    assertTrue(all.contains("a.yaml:1:"), all);
  }

  @Test
  void localIdentifiersNeedAUnit() throws IOException {
    read("", "21 01");
    String all = faults.found().toString();
    assertTrue(all.contains("services 19, 21 and 22 are asked of one unit"), all);
  }
}
