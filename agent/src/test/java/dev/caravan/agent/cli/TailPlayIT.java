package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.receive.MadeBatches;
import dev.caravan.agent.receive.StreamRecorder;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was recorded is printed as it was when it arrived. */
class TailPlayIT {
  private static final DeviceName DEVICE = new DeviceName("demo", "xa-1");

  private final Path folder;

  TailPlayIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Program play(Path fileOrFolder) throws IOException {
    return Program.caravan(Map.of(), "tail", "--play", fileOrFolder.toString(), "-f", "csv");
  }

  @Test
  void filesOfAFolderAreOneStreamInTheirOrder() throws IOException {
    List<Payload> batches = MadeBatches.make(4);
    StreamId stream = StreamId.random();
    for (int i = 0; i < 4; i++) {
      Payload batch = batches.get(i);
      try (StreamRecorder recorder =
          StreamRecorder.append(folder.resolve("0000000" + (1 + i / 2) + "-2026-11-30.cvstream"))) {
        recorder.arrived(
            Topics.USUAL.schema(DEVICE, batch.schema().id()), batch.schema().content());
        recorder.arrived(
            Topics.USUAL.data(DEVICE, "cloud"),
            TelemetryEnvelope.around(batch.body(), new Seal(stream, i + 1, false)));
      }
    }
    try (Program tail = play(folder)) {
      assertEquals(0, tail.exitCode(30), () -> tail.errors().toString());
      assertEquals(1 + 12, tail.lines().size());
      assertTrue(
          tail.errors().contains("batches 4, samples 12, gaps 0, duplicates 0, conflicts 0"),
          () -> tail.errors().toString());
    }
  }

  @Test
  void whatIsNotThereIsSaidInWords() throws IOException {
    Path missing = folder.resolve("none.cvstream");
    try (Program tail = play(missing)) {
      assertEquals(1, tail.exitCode(30));
      assertTrue(
          tail.errors().contains("no such file: " + missing),
          () -> tail.errors().toString());
    }
  }
}
