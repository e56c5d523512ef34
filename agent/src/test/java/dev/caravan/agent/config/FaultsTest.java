package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final Faults faults = new Faults();

  @Test
  void ofAFileWithVeryManyTheFirstAreKeptAndTheOthersCounted() {
    for (int line = 1; line <= 1_000_000; line++) {
      faults.warn("a.dbc:" + line + ":1", "odd");
    }
    faults.warn("b.dbc:7:1", "odd too");
    faults.add("b.dbc", "wrong");
    assertEquals(1002, faults.warnings().size());
    assertEquals("a.dbc:1000:1: odd", faults.warnings().get(999).toString());
    assertEquals("b.dbc:7:1: odd too", faults.warnings().get(1000).toString());
    assertEquals("a.dbc: and 999000 more warnings", faults.warnings().get(1001).toString());
    assertEquals(Map.of("a.dbc", 1_000_000, "b.dbc", 1), faults.countsOfWarnings());
    assertEquals(Map.of("b.dbc", 1), faults.countsOfFound());
    assertEquals(
        "b.dbc: wrong", assertThrows(ConfigException.class, faults::throwIfAny).getMessage());
  }

  @Test
  void textOfAFaultHasABound() {
    faults.add("a.yaml:1:1", "got '" + "x".repeat(5_000_000) + "'");
    assertEquals(1001, faults.found().get(0).what().length());
  }
}
