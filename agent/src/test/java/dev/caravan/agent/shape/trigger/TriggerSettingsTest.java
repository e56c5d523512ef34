package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerSettingsTest {
  private final Path folder;
  private final Faults faults = new Faults();

  TriggerSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "- {name: a, when: \"V.Speed <\"} | 2:19: triggers[0].when: want a signal",
        "- {name: a, when: \"true\"} | 2:19: triggers[0].when: want at least one signal, got 'true'",
        "- {name: a, when: [1]} | 2:19: triggers[0].when: want a text, got a list",
        "- {name: a} | 2:3: triggers[0].when: missing",
        "- {when: V.Speed} | 2:3: triggers[0].name: missing",
        "- {name: a b, when: V.Speed} | 2:10: triggers[0].name: want 1 to 64 of A-Z a-z 0-9 _ -, got 'a b'",
        "- {name: a, when: V.Speed, until: \"3 <\"} | 2:35: triggers[0].until: want a signal",
        "- {name: a, when: V.Speed, for: 11m} | 2:33: triggers[0].for: want 0s..10m, got 11m",
        "- {name: a, when: V.Speed, before: 1} | 2:36: triggers[0].before: want a duration",
        "- {name: a, when: V.Speed, signals: [a.b*]} | 2:38: triggers[0].signals[0]: want * or ** alone",
        "- {name: a, when: V.Speed, signals: []} | 2:37: triggers[0].signals: want at least one pattern",
        "- {name: a, when: V.Speed, quite: 1s} | 2:28: triggers[0].quite: unknown key; did you mean 'quiet'?",
        "- {name: a, when: changed(V.Gear), for: 1s} | 2:41: triggers[0].for: a change holds for a moment only",
        "- V.Speed | 2:3: triggers[0]: want a trigger such as",
      })
  void faultIsNamedWithItsPlaceAndWhatWasWanted(String item, String wanted) throws IOException {
    Rig.read(folder, "triggers:\n" + item + "\n", faults);
    String told = faults.found().stream().map(Fault::toString).toList().toString();
    assertTrue(told.contains("events.yaml:" + wanted), told);
  }

  @Test
  void twoTriggersOfOneNameAreNamedWithBothPlaces() throws IOException {
    Rig.read(folder, "triggers:\n- {name: a, when: V.A}\n- {name: a, when: V.A}\n", faults);
    String told = faults.found().toString();
    assertTrue(told.contains("3:10: triggers[1].name: two with the name 'a'"), told);
    assertTrue(told.contains("events.yaml:2:10"), told);
  }

  @Test
  void signalsThatAreNotThereAreNamedWithTheNearest() throws IOException {
    Rig rig = new Rig(folder, "{}");
    TriggerSettings settings = Rig.read(
        folder,
        "triggers: [{name: a, when: \"V.Sped > 1 or V.Accel < 2\", until: Away.Away,"
            + " signals: [\"V.**\", \"X.*\"]}]",
        faults);
    assertEquals(List.of(), faults.found());
    assertEquals(
        List.of(
            "triggers[0]: no such signal: 'V.Sped'; did you mean 'V.Speed'?",
            "triggers[0]: no such signal: 'Away.Away'",
            "triggers[0]: no signal matches 'X.*'"),
        settings.unmatched(rig.table.signals(), name -> false).stream()
            .map(Fault::what)
            .toList());
  }

  @Test
  void samplesThatCanGoWithAnEventAreKnown() throws IOException {
    TriggerSettings settings = Rig.read(
        folder,
        "triggers: [{name: a, when: V.A, signals: [\"W.*\"]}, {name: b, when: V.B, until: V.C}]",
        faults);
    assertEquals(
        List.of(false, true, true, false, true),
        List.of("V.A", "W.A", "V.B", "V.C", "Truck.ActiveDtcs").stream()
            .map(settings::lets)
            .toList());
    assertEquals(
        List.of(
            "trouble_codes: when a list of trouble codes changes",
            "states: when a source or route becomes degraded, or well again",
            "trigger a: when V.A",
            "trigger b: when V.B, until V.C"),
        settings.describe());
  }

  @Test
  void allThatIsOffGivesNothing() throws IOException {
    TriggerSettings settings = Rig.read(folder, "{trouble_codes: false, states: false}", faults);
    assertEquals(List.of(), settings.describe());
    assertEquals(false, settings.lets("Truck.ActiveDtcs"));
  }
}
