package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.replay.ReplaySettings;
import dev.caravan.agent.source.replay.ReplaySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recorded conversation, laid out by hand, read from a log. */
class IsoTpSourceTest {
  private static final String LOG = """
      (1700000000.000000) can0 123#0102
      (1700000000.001000) can0 7DF#020902CCCCCCCCCC
      (1700000000.002000) can0 7E8#100A490201414243
      (1700000000.003000) can0 123#0103
      (1700000000.004000) can0 7E0#300000CCCCCCCCCC
      (1700000000.005000) can0 7E8#2144454647AAAAAA
      """;

  private final Path folder;

  IsoTpSourceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 7, 100})
  void aLogIsOverheardAndNothingOfItIsLostHoweverSmallTheChunk(int capacity) throws Exception {
    Files.writeString(folder.resolve("drive.log"), LOG);
    Path file = Files.writeString(folder.resolve("a.yaml"), "a: {file: drive.log, speed: max}\n");
    ReplaySettings replay =
        ReplaySettings.from(YamlFile.read(file, new Faults()).at("a"));
    SystemTimeline timeline = new SystemTimeline();
    Health health = new Health();
    Source source = IsoTpSource.overhearing(
        new ReplaySource("log", replay, timeline, health),
        Optional.of(new IsoTpSettings(false, 150_000_000L, UnitIds.BY_RULE, Optional.empty())),
        health);
    List<String> found = new ArrayList<>();
    source.open();
    FrameChunk chunk = new FrameChunk("log", capacity);
    int reads = 0;
    while (take(source, chunk, found) && reads < 100) {
      reads++;
    }
    assertFalse(reads == 100);
    assertEquals(6 + 1, found.size());
    assertEquals(
        "DiagnosticReply[timeNs=1700000000005000000, ecu=2024, request=0902, outcome=POSITIVE,"
            + " payload=49020141424344454647, isBare=false]",
        found.get(6));
    source.close();
  }

  private static boolean take(Source source, FrameChunk chunk, List<String> found)
      throws IOException {
    boolean more = source.read(chunk);
    for (int i = 0; i < chunk.size(); i++) {
      found.add(chunk.frame(i).toString());
    }
    chunk.clear();
    return more;
  }
}
