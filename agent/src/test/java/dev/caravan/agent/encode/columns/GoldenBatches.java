package dev.caravan.agent.encode.columns;

import static dev.caravan.agent.wire.TelemetryEnvelope.around;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the golden bytes of {@code proto/src/test/resources/golden/v1} were made from, and where they lie. */
public final class GoldenBatches {
  static final Path RESOURCES =
      Path.of(System.getProperty("caravan.root", ".."), "proto", "src", "test", "resources");
  static final Path FOLDER = RESOURCES.resolve("golden").resolve("v1");

  /** Of before there were streams; they need {@link #SENDERS_SCHEMA}. */
  static final List<String> PLAIN =
      List.of("batch-example", "batch-kinds", "batch-times", "batch-late", "batch-part");

  /** They need {@link #SCHEMA}. */
  static final List<String> COMPACT = List.of(
      "compact-example",
      "compact-kinds",
      "compact-times",
      "compact-late",
      "compact-part",
      "compact-singles",
      "compact-untold");

  static final List<String> NAMES =
      Stream.concat(PLAIN.stream(), COMPACT.stream()).toList();

  static final String SENDERS_SCHEMA = "schema";
  static final String SCHEMA = "schema-shared";

  static final StreamId STREAM = new StreamId(Bytes.ofHex("a0a1a2a3a4a5a6a7"));

  private static final long T = Workbench.START_NS;
  private static final long MS = 1_000_000L;
  private static final double NONE = Double.NaN;

  static final SignalSpec SPEED = new SignalSpec(
      "Vehicle.Speed", "can0.Motion", "km/h", Kind.UNSIGNED, 0.01, 0, 0, 655.35, Map.of());
  static final SignalSpec SLOPE = new SignalSpec(
      "Vehicle.Slope", "can0.Motion", "deg", Kind.SIGNED, 0.5, -10, NONE, NONE, Map.of());
  static final SignalSpec GEAR = new SignalSpec(
      "can0.Motion.Gear",
      "can0.Motion",
      "",
      Kind.UNSIGNED,
      1,
      0,
      NONE,
      NONE,
      Map.of(0L, "P", 1L, "R", 2L, "N", 3L, "D", 15L, "not available"));
  static final SignalSpec CELL = new SignalSpec(
      "can1.Cells.Index", "can1.Cells", "", Kind.UNSIGNED, 1, 0, NONE, NONE, Map.of());
  static final SignalSpec CELL_0 =
      new SignalSpec("can1.Cells.V0", "can1.Cells", "V", Kind.UNSIGNED, 0.001, 0, 0, 5, Map.of());
  static final SignalSpec CELL_1 =
      new SignalSpec("can1.Cells.V1", "can1.Cells", "V", Kind.UNSIGNED, 0.001, 0, 0, 5, Map.of());
  static final SignalSpec DOOR = Workbench.spec("can1.Door.Open", "can1.Door", Kind.BOOLEAN);
  static final SignalSpec LATITUDE =
      SignalSpec.of("gnss.Latitude", "gnss.Position", "deg", Kind.DOUBLE);
  static final SignalSpec HEIGHT = SignalSpec.of("gnss.Height", "gnss.Position", "m", Kind.FLOAT);
  static final SignalSpec WIDE = Workbench.spec("can1.Wide.U64", "can1.Wide", Kind.UNSIGNED);
  static final SignalSpec DEEP = Workbench.spec("can1.Wide.S64", "can1.Wide", Kind.SIGNED);
  static final SignalSpec NAME = Workbench.spec("obd.Name", "obd.Identity", Kind.TEXT);
  static final SignalSpec BLOCK = Workbench.spec("obd.Block", "obd.Identity", Kind.BYTES);

  private GoldenBatches() {}

  public static Bytes stored(String name) {
    try {
      return Bytes.ofHex(Files.readString(FOLDER.resolve(name + ".hex")).replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> storedLines(String name) throws IOException {
    return Files.readAllLines(FOLDER.resolve(name + ".jsonl"));
  }

  /** The schema that a golden message needs. */
  static Bytes schemaOf(String name) {
    return stored(name.startsWith("compact") || name.contains("stream") ? SCHEMA : SENDERS_SCHEMA);
  }

  /** In hex. */
  static String idOf(String schema) throws MalformedMessageException {
    return BatchReader.schema(stored(schema)).id().toString();
  }

  private static Workbench bench(boolean isCompressed, boolean isCompact) {
    return new Workbench(
        new TelemetrySettings(1_000_000_000L, 5000, 262_144, 0, isCompressed, isCompact),
        SPEED,
        SLOPE,
        GEAR,
        CELL,
        CELL_0,
        CELL_1,
        DOOR,
        LATITUDE,
        HEIGHT,
        WIDE,
        DEEP,
        NAME,
        BLOCK);
  }

  static Bytes schema() {
    Workbench bench = bench(false, true);
    bench.integer(SPEED, T, 1);
    return bench.close().schema().content();
  }

  /** The message that the script of that name gives today. */
  static Bytes made(String name) {
    return switch (name) {
      case "batch-example" -> around(example(false), 12, false);
      case "batch-kinds" -> around(kinds(false), 1, false);
      case "batch-times" -> around(times(false), (1L << 63) + 5, false);
      case "batch-late" -> around(late(false), 300, true);
      case "batch-part" -> part(example(false), 97, new Seal(StreamId.NONE, 12, false));
      case "compact-example" -> around(example(true), new Seal(STREAM, 12, false));
      case "compact-kinds" -> around(kinds(true), new Seal(STREAM, 1, false));
      case "compact-times" -> around(times(true), new Seal(STREAM, (1L << 63) + 5, false));
      case "compact-late" -> around(late(true), new Seal(STREAM, 300, true));
      case "compact-part" -> part(example(true), 84, new Seal(STREAM, 12, false));
      case "compact-singles" -> around(singles(), new Seal(STREAM, 2, false));
      case "compact-untold" -> around(untold(), new Seal(StreamId.NONE, 3, false));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Four frames of one message: the worked example of proto/README.md. */
  private static Bytes example(boolean isCompact) {
    Workbench bench = bench(false, isCompact);
    nameStream(bench, isCompact);
    bench.health.counter(Declared.count("source.frames"), "can0").add(4);
    int[] speeds = {6240, 6243, 6242, 6242};
    for (int i = 0; i < 4; i++) {
      long timeNs = T + i * 10L * MS;
      bench.integer(SPEED, timeNs, speeds[i]);
      bench.integer(SLOPE, timeNs, -4);
      bench.integer(GEAR, timeNs, i == 3 ? Quality.NOT_AVAILABLE : Quality.OK, i == 3 ? 15 : 3);
    }
    return bench.close().body();
  }

  private static void nameStream(Workbench bench, boolean isNamed) {
    if (isNamed) {
      bench.encoder.streamHasName();
    }
  }

  /** One value of each kind at one time: of a whole group, and of others one signal. */
  private static Bytes singles() {
    Workbench bench = bench(false, true);
    bench.encoder.streamHasName();
    bench.integer(SPEED, T, 6240);
    bench.integer(SLOPE, T, Quality.ERROR, -4);
    bench.integer(GEAR, T, 3);
    bench.integer(CELL_1, T, 3700);
    bench.floating(LATITUDE, T, 48.137154);
    bench.text(NAME, T, "once");
    bench.bytes(BLOCK, T, Bytes.ofHex("00ff"));
    return bench.close().body();
  }

  /** The second batch, a second after one that told its ledger; of a queue without a stream, so with its boot's id. */
  private static Bytes untold() {
    Workbench bench = bench(false, true);
    bench.integer(SPEED, T, 6240);
    bench.close();
    bench.integer(SPEED, T + 1_000L * MS + 1000, 6241);
    bench.integer(DOOR, T + 1_500L * MS, 1);
    bench.integer(SPEED, T + 1_700L * MS, 6250);
    return bench.close().body();
  }

  private static Bytes part(Bytes whole, long mostBytes, Seal seal) {
    try {
      List<Bytes> parts = TelemetrySplitter.split(whole, schema(), mostBytes);
      return TelemetryEnvelope.around(parts.get(1), seal.ofPart(2, parts.size()));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Bytes kinds(boolean isCompact) {
    Workbench bench = bench(false, isCompact);
    nameStream(bench, isCompact);
    long[] wides = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 63 | 1, 12_345_678_901_234_567L};
    long[] deeps = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, (1L << 53) + 1, -((1L << 53) + 1)};
    double[] latitudes = {48.137154, 48.137155, Double.NaN, -0.0, Double.POSITIVE_INFINITY, 1e-320};
    float[] heights = {519.5f, 519.5f, 519.75f, 520f, 520f, Float.MIN_VALUE};
    String[] names = {"", "Grüße", "", "\uD83D\uDE97 \"\\\n", "Grüße", "x"};
    String[] blocks = {"", "00", "00", "ff00ff", "", "00"};
    for (int i = 0; i < 6; i++) {
      long timeNs = T + i * 100L * MS;
      bench.integer(WIDE, timeNs, wides[i]);
      bench.integer(DEEP, timeNs, deeps[i]);
      bench.integer(DOOR, timeNs, i / 3);
      bench.floating(LATITUDE, timeNs, latitudes[i]);
      bench.floating(HEIGHT, timeNs, heights[i]);
      bench.text(NAME, timeNs, names[i]);
      bench.bytes(BLOCK, timeNs, Bytes.ofHex(blocks[i]));
    }
    return bench.close().body();
  }

  private static Bytes times(boolean isCompact) {
    Workbench bench = bench(false, isCompact);
    nameStream(bench, isCompact);
    // On the grid, but for one; a group in two branches; one time twice, then backwards; a period
    // of 33.33 units.
    long[] jitterUs = {0, 0, 0, 3, 0, 0, -2, 0};
    for (int i = 0; i < 8; i++) {
      bench.integer(SPEED, T + i * 20L * MS + jitterUs[i] * 1000L, 5000 + i % 2);
      bench.integer(SLOPE, T + i * 20L * MS + jitterUs[i] * 1000L, 3);
      bench.integer(GEAR, T + i * 20L * MS + jitterUs[i] * 1000L, 3);
      bench.integer(CELL, T + i * 5L * MS, i % 2);
      bench.integer(i % 2 == 0 ? CELL_0 : CELL_1, T + i * 5L * MS, 3700 + i);
    }
    long[] doorUs = {1, 700_000, 700_000, 20, 21};
    for (int i = 0; i < 5; i++) {
      bench.integer(DOOR, T + doorUs[i] * 1000, i % 2);
    }
    for (int i = 0; i < 300; i++) {
      long thirds = i * 100_000L / 3;
      bench.floating(LATITUDE, T + (thirds + i % 5 / 4) * 1000, 48.5);
      bench.floating(HEIGHT, T + (thirds + i % 5 / 4) * 1000, 500);
    }
    for (int i = 0; i < 9; i++) {
      bench.integer(WIDE, T + i * 100_001L / 2 * 1000, 7);
      bench.integer(DEEP, T + i * 100_001L / 2 * 1000, 8);
    }
    bench.text(NAME, T - 5 * MS, "once");
    return bench.close().body();
  }

  private static Bytes late(boolean isCompact) {
    Workbench bench = bench(true, isCompact);
    nameStream(bench, isCompact);
    bench.health.counter(Declared.count("decode.unknown"), "can0").add(70_000);
    for (int i = 0; i < 120; i++) {
      Quality quality = i > 40 && i < 60 ? Quality.OUT_OF_RANGE : Quality.OK;
      bench.integer(SPEED, T + i * 10L * MS, quality, i * (long) i);
      bench.integer(SLOPE, T + i * 10L * MS, i % 7 == 0 ? Quality.ERROR : Quality.OK, -i);
      bench.integer(GEAR, T + i * 10L * MS, Quality.STALE, i / 50);
    }
    return bench.close().body();
  }
}
