package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a publisher who means harm sends, read with the heap of a small board. */
@Timeout(120)
class TailBombsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @ParameterizedTest
  @EnumSource(Bombs.class)
  void smallMessagesUseUpNeitherMemoryNorTime(Bombs bomb) throws IOException {
    Path file = folder.resolve("stream");
    bomb.write(file);
    try (Program audit = Program.caravan(Map.of(), "audit", "--file", file.toString())) {
      assertEquals(1, audit.exitCode(60), () -> String.join("\n", audit.errors()));
      String told = String.join("\n", audit.errors()) + String.join("\n", audit.lines());
      assertFalse(told.contains("OutOfMemoryError") || told.contains("\tat "), told);
      assertTrue(audit.lines().size() < 25_000, told);
    }
  }
}
