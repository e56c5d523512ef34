package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void versionCommitAndDateAreThoseOfTheBuild() {
    String[] lines = new Version().getVersion();
    assertEquals(3, lines.length);
    assertTrue(lines[0].matches("caravan \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), lines[0]);
    assertTrue(lines[1].matches("commit (unknown|[0-9a-f]{40}(-changed)?)"), lines[1]);
    assertTrue(lines[2].matches("built \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), lines[2]);
  }
}
