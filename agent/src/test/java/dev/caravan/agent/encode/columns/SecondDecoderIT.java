package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder in another language as it was before compact content, and where it lay before there were others. */
class SecondDecoderIT {
  private static final TelemetrySettings UNPACKED =
      new TelemetrySettings(1_000_000_000L, 1_000_000, 4 << 20, 0, false, true);

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

  private List<String> run(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process python = new ProcessBuilder(command)
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

  /** Where readers to copy lay first. */
  @Test
  void scriptOfBeforeReadsWhatTheReaderDoes() throws IOException, InterruptedException {
    Path script = GoldenBatches.RESOURCES.resolve("decode_batch.py");
    for (String name : List.of("batch-kinds", "compact-kinds", "event-stream")) {
      String schema =
          name.startsWith("batch") ? GoldenBatches.SENDERS_SCHEMA : GoldenBatches.SCHEMA;
      assertEquals(
          GoldenBatches.storedLines(name),
          run("python3", script.toString(), file(schema), file(name)));
    }
  }

  private static String file(String golden) {
    return GoldenBatches.FOLDER.resolve(golden + ".hex").toString();
  }

  /**
   * Reads with the script that was there before compact content: prints a line for each message, {@code refused} or how many lines
   * it gave and their hash.
   */
  private static final String OLD_READER = """
      import hashlib, runpy, sys
      old = runpy.run_path(sys.argv[1])
      for line in open(sys.argv[2]):
          schema, message = map(bytes.fromhex, line.split())
          lines = []
          try:
              for each in (old["read_event"] if old["is_event"](message) else old["read_batch"])(message, schema):
                  lines.append(each)
              print(len(lines), hashlib.sha256("\\n".join(lines).encode()).hexdigest())
          except Exception:
              print("refused")
      """;

  private List<String> decodeByOldReader(List<String> schemasAndMessages)
      throws IOException, InterruptedException {
    Path file = folder.resolve("messages");
    Files.write(file, schemasAndMessages);
    Path script = GoldenBatches.FOLDER.resolve("decode_batch.py");
    return run("python3", "-c", OLD_READER, script.toString(), file.toString());
  }

  @Test
  void readerOfBeforeCompactContentRefusesIt() throws IOException, InterruptedException {
    List<String> messages = new ArrayList<>();
    for (String name : GoldenBatches.COMPACT) {
      messages.add(GoldenBatches.schemaOf(name) + " " + GoldenBatches.stored(name));
    }
    for (String name : GoldenJoinedTest.NAMES) {
      messages.add(GoldenBatches.stored(GoldenBatches.SCHEMA) + " " + GoldenBatches.stored(name));
    }
    messages.add(
        GoldenBatches.schemaOf("event-stream") + " " + GoldenBatches.stored("event-stream"));
    messages.add(GoldenBatches.schemaOf("event-stream-part") + " "
        + GoldenBatches.stored("event-stream-part"));
    for (int seed = 0; seed < 2000; seed++) {
      Workbench bench = new Workbench(seed % 3 == 0 ? Workbench.EXACT : UNPACKED);
      new RandomBatches(seed, bench).fill(1 + seed % 40);
      Payload payload = bench.close();
      messages.add(payload.schema().content() + " "
          + TelemetryEnvelope.around(
              payload.body(), new Seal(GoldenBatches.STREAM, seed + 1, false)));
    }
    List<String> answers = decodeByOldReader(messages);
    assertEquals(Collections.nCopies(messages.size(), "refused"), answers);
  }

  @Test
  void readerOfBeforeStreamsReadsPlainContentAndEventsWithoutSnapshotsAsTheyAre()
      throws IOException, InterruptedException, MalformedMessageException {
    List<String> messages = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      Workbench bench = new Workbench(Workbench.PLAIN);
      new RandomBatches(seed, bench).fill(1 + seed % 40);
      Payload payload = bench.close();
      Bytes message =
          TelemetryEnvelope.around(payload.body(), new Seal(GoldenBatches.STREAM, seed + 1, false));
      messages.add(payload.schema().content() + " " + message);
      wanted.add(answer(SampleLine.lines(
          BatchReader.batch(message, BatchReader.schema(payload.schema().content())))));
    }
    messages.add(
        GoldenBatches.schemaOf("event-stream") + " " + GoldenBatches.stored("event-stream-bare"));
    wanted.add(answer(GoldenBatches.storedLines("event-stream-bare").stream()
        .map(line -> line.replace(",\"stream\":\"b0b1b2b3b4b5b6b7\"", ""))
        .toList()));
    assertEquals(wanted, decodeByOldReader(messages));
  }

  private static String answer(List<String> lines) {
    try {
      byte[] all = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
      return lines.size() + " "
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
