package dev.caravan.agent.source.replay;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.SourceContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** A log holds all its frames from the start; every opening begins with the first. */
class ReplaySourceContractTest {
  private abstract static class AtSpeed extends SourceContractTest {
    private final double speed;
    private final Path folder;

    AtSpeed(Path folder, double speed) {
      this.folder = folder;
      this.speed = speed;
    }

    @Override
    protected Rig rig() throws IOException {
      Path file = folder.resolve("drive.log");
      Files.writeString(
          file, "(1700000000.0) can0 1F0#A1B2C3\n(1700000000.1) can0 18FEF100#1234\n");
      Health health = new Health();
      ReplaySettings settings =
          new ReplaySettings(file, speed, false, "", ReplaySettings.Times.NOW);
      return new Rig(
          new ReplaySource("can0", settings, new SystemTimeline(), health),
          health,
          () -> {},
          () -> {});
    }

    @Override
    protected List<String> frames() {
      return List.of("1F0#a1b2c3", "18FEF100#1234");
    }
  }

  @Nested
  class InItsOwnTime extends AtSpeed {
    InItsOwnTime(@TempDir Path folder) {
      super(folder, 1);
    }
  }

  @Nested
  class AtOnce extends AtSpeed {
    AtOnce(@TempDir Path folder) {
      super(folder, Double.POSITIVE_INFINITY);
    }
  }
}
