package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaDescription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder in another language, with no protobuf library and none of this code, reads the same from the same bytes. */
class SecondDecoderIT {
  private static final Path SCRIPT = GoldenBatches.RESOURCES.resolve("decode_batch.py");

  private final Path folder;

  SecondDecoderIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void needsPython() throws InterruptedException {
    boolean there;
    try {
      there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "skipped: python3 is not installed; it is in the package python3");
  }

  private List<String> decode(Bytes schema, Bytes message)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process python = new ProcessBuilder(
            "python3", SCRIPT.toString(), hex("schema", schema), hex("batch", message))
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
    if (!python.waitFor(120, TimeUnit.SECONDS)) {
      python.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    assertEquals(0, python.exitValue(), () -> String.join("\n", lines));
    return lines;
  }

  private String hex(String name, Bytes bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, bytes.toString(), StandardCharsets.US_ASCII);
    return file.toString();
  }

  @Test
  void goldenBatchesReadTheSame() throws IOException, InterruptedException {
    for (String name : GoldenBatches.NAMES) {
      assertEquals(
          GoldenBatches.storedLines(name),
          decode(GoldenBatches.stored("schema"), GoldenBatches.stored(name)));
    }
  }

  @Test
  void goldenEventsReadTheSame() throws IOException, InterruptedException {
    for (String name : GoldenEvents.NAMES) {
      assertEquals(
          GoldenBatches.storedLines(name),
          decode(GoldenBatches.stored("schema"), GoldenBatches.stored(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20_261_123})
  void largeRandomBatchesReadTheSame(int seed)
      throws IOException, InterruptedException, MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT);
    new RandomBatches(seed, bench).fill(20_000);
    Payload payload = bench.close();
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    List<String> expected =
        new ArrayList<>(SampleLine.lines(BatchReader.batch(payload.body(), schema)));
    List<String> actual = decode(payload.schema().content(), payload.body());
    assertEquals(20_000, actual.size());
    // Line by line, so that a difference does not print all of them.
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), actual.get(i));
    }
  }
}
