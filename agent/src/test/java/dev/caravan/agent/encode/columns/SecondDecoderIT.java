package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder in another language, with no protobuf library and none of this code, reads the same from the same bytes. */
class SecondDecoderIT {
  private static final Path READERS =
      Path.of(System.getProperty("caravan.root", ".."), "proto", "readers");
  private static final Path SCRIPT = READERS.resolve("caravan.py");

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

  private List<String> decode(Bytes schema, Bytes message)
      throws IOException, InterruptedException {
    return run(
        "python3", SCRIPT.toString(), "--heads", hex("schema", schema), hex("batch", message));
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

  private String hex(String name, Bytes bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, bytes.toString(), StandardCharsets.US_ASCII);
    return file.toString();
  }

  @Test
  void goldenBatchesReadTheSame()
      throws IOException, InterruptedException, MalformedMessageException {
    for (String name : GoldenBatches.NAMES) {
      List<String> lines = decode(GoldenBatches.schemaOf(name), GoldenBatches.stored(name));
      SchemaDescription schema = BatchReader.schema(GoldenBatches.schemaOf(name));
      assertEquals(
          SampleLine.head(BatchReader.batch(GoldenBatches.stored(name), schema)), lines.get(0));
      assertEquals(GoldenBatches.storedLines(name), lines.subList(1, lines.size()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 3000})
  void joinedBatchesReadAsTheyDoAlone(int samples)
      throws IOException, InterruptedException, MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT);
    RandomBatches random = new RandomBatches(samples, bench);
    List<Bytes> bodies = new ArrayList<>();
    random.fill(samples);
    Payload payload = bench.close();
    Bytes schema = payload.schema().content();
    while (bodies.size() < 12) {
      // the first ones may bring signals, and with them other schemas
      if (!payload.schema().content().equals(schema)) {
        bodies.clear();
        schema = payload.schema().content();
      }
      bodies.add(payload.body());
      random.fill(samples);
      payload = bench.close();
    }
    JoinedMessage joined = JoinedMessage.of(
            bodies, new Seal(GoldenBatches.STREAM, 7, true), 1 << 20)
        .orElseThrow();
    assertEquals(12, joined.count());
    List<String> expected = new ArrayList<>();
    SchemaDescription description = BatchReader.schema(schema);
    for (int i = 0; i < bodies.size(); i++) {
      ReadBatch alone = BatchReader.batch(
          TelemetryEnvelope.around(bodies.get(i), new Seal(GoldenBatches.STREAM, 7 + i, true)),
          description);
      expected.add(SampleLine.head(alone));
      expected.addAll(SampleLine.lines(alone));
    }
    assertEquals(expected, decode(schema, joined.message()));
  }

  @Test
  void goldenJoinedBatchesReadTheSame() throws IOException, InterruptedException {
    for (String name : GoldenJoinedTest.NAMES) {
      List<String> lines =
          decode(GoldenBatches.stored(GoldenBatches.SCHEMA), GoldenBatches.stored(name));
      assertEquals(
          5, lines.stream().filter(line -> line.startsWith("{\"batch\"")).count());
      assertEquals(
          GoldenBatches.storedLines(name),
          lines.stream().filter(line -> !line.startsWith("{\"batch\"")).toList());
    }
  }

  @Test
  void goldenEventsReadTheSame() throws IOException, InterruptedException {
    for (String name : GoldenEvents.NAMES) {
      assertEquals(
          GoldenBatches.storedLines(name),
          decode(GoldenBatches.schemaOf(name), GoldenBatches.stored(name)));
    }
  }

  /** Data first, then the pieces of its schema and what lists them, and one message that is cut off. */
  private static final String FOLLOWER = """
      import hashlib, sys
      sys.path.insert(0, sys.argv[1])
      from caravan import Reader
      schema, message = [bytes.fromhex(open(name).read()) for name in sys.argv[2:]]
      runs = [b"\\x32" + bytes([len(schema[i:i + 40])]) + schema[i:i + 40] for i in range(0, len(schema), 40)]
      key = lambda data: hashlib.sha256(data).digest()[:8]
      lists = b"".join(b"\\x2a\\x08" + key(run) for run in runs)
      reader = Reader()
      for name, data in [("data/r", message), (f"schema/{key(schema).hex()}", lists),
                         *[(f"schema/{key(run).hex()}", run) for run in runs], ("data/r", message[:-20])]:
          for line in reader.take(f"caravan/v1/f/d/{name}", data):
              print(line)
      """;

  @Test
  void readerWaitsForThePiecesOfASchemaAndRefusesWhatIsCutOff()
      throws IOException, InterruptedException {
    List<String> lines = run(
        "python3",
        "-c",
        FOLLOWER,
        READERS.toString(),
        hex("schema", GoldenBatches.schemaOf("compact-kinds")),
        hex("batch", GoldenBatches.stored("compact-kinds")));
    List<String> wanted = GoldenBatches.storedLines("compact-kinds");
    assertEquals(wanted, lines.subList(0, lines.size() - 1));
    assertEquals("{\"refused\"", lines.get(wanted.size()).substring(0, 10));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, true", "20261123, true", "1, false", "4, false"})
  void largeRandomBatchesReadTheSame(int seed, boolean isCompact)
      throws IOException, InterruptedException, MalformedMessageException {
    Workbench bench = new Workbench(isCompact ? Workbench.EXACT : Workbench.PLAIN);
    new RandomBatches(seed, bench).fill(20_000);
    Payload payload = bench.close();
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    ReadBatch batch = BatchReader.batch(payload.body(), schema);
    assertEquals(isCompact, batch.isCompact());
    List<String> expected = new ArrayList<>(List.of(SampleLine.head(batch)));
    expected.addAll(SampleLine.lines(batch));
    List<String> actual = decode(payload.schema().content(), payload.body());
    assertEquals(20_001, actual.size());
    // Line by line, so that a difference does not print all of them.
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), actual.get(i));
    }
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
