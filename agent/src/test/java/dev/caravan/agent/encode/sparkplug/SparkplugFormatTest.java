package dev.caravan.agent.encode.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Session;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import dev.caravan.sparkplug.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route of Sparkplug sends, and what another library reads of it. */
class SparkplugFormatTest {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final long START_MS = 1_764_000_000_000L;
  private static final DeviceName CAR = new DeviceName("demo", "xa-1.ä");
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("00112233445566aa"));
  private static final Seal SEAL = new Seal(STREAM, 12, false);
  private static final String DATA = "spBv1.0/demo/DDATA/xa-1.ä/cloud";
  private static final SignalSpec SPEED = new SignalSpec(
      "Vehicle.Speed", "can0.Engine", "km/h", Kind.UNSIGNED, 0.1, 0, 0, 100, Map.of());
  private static final SignalSpec GEAR =
      new SignalSpec("a.Gear", "a", "", Kind.SIGNED, 1, 0, 0, 100, Map.of(-1L, "Rück \"1\""));
  private static final SignalSpec ODO = SignalSpec.of("a.Odo", "a", "m", Kind.UNSIGNED);
  private static final SignalSpec WIDE =
      new SignalSpec("a.Wide", "a", "", Kind.UNSIGNED, 2, 1, Double.NaN, Double.NaN, Map.of());
  private static final SignalSpec RATIO = SignalSpec.of("a.Ratio", "a", "", Kind.DOUBLE);
  private static final SignalSpec NOTE = SignalSpec.of("a.Note", "a", "", Kind.TEXT);
  private static final SignalSpec RAW = SignalSpec.of("a.Raw", "a", "", Kind.BYTES);
  private static final SignalSpec DOOR = SignalSpec.of("a.Door", "a", "", Kind.BOOLEAN);

  private final FakeTimeline timeline = new FakeTimeline(START_NS);
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final SparkplugFormat format = SparkplugFormat.former("cloud", CAR, Topics.USUAL);
  private final Encoder encoder = format
      .batches()
      .encoder(new Making(List.of(), timeline, new Health(), Bytes.ofHex("0102030405060708"), 1));
  private final Path folder;
  private Session node;

  SparkplugFormatTest(@TempDir Path folder) {
    this.folder = folder;
    this.node = format.session(folder, timeline).orElseThrow();
  }

  private Sample sample(SignalSpec spec) {
    return new Sample(table.define(spec));
  }

  private Sample whole(SignalSpec spec, Quality quality, long raw) {
    Signal signal = table.define(spec);
    return sample(spec).setInteger(signal, START_NS, quality, raw);
  }

  private Sample ratio(double raw) {
    return sample(RATIO).setFloating(table.define(RATIO), START_NS, Quality.OK, raw);
  }

  private Payload body(Sample... samples) {
    List<Payload> made = new ArrayList<>();
    for (Sample each : samples) {
      SampleGroup group = new SampleGroup()
          .begin(table.group(table.define(each.signal().spec())), START_NS + 1_999_000);
      group.add(each);
      encoder.accept(new Reading().of(group), made::add);
    }
    encoder.flush(made::add);
    return made.get(0);
  }

  private static dev.caravan.sparkplug.Payload read(Message message) {
    try {
      return dev.caravan.sparkplug.Payload.parseFrom(message.body().toArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private List<Message> tell(Payload body) {
    return node.leaving("caravan/v1/demo/xa-1.ä/schema/00", body.schema().content());
  }

  private dev.caravan.sparkplug.Payload sent(Payload body, Seal seal) {
    Message stored = format.batches().messages(body.body(), seal).get(0);
    assertEquals(DATA, stored.topic());
    List<Message> leaving = node.leaving(stored.topic(), stored.body());
    assertEquals(1, leaving.size());
    assertEquals(DATA, leaving.get(0).topic());
    return read(leaving.get(0));
  }

  private List<Metric> values(Sample... samples) {
    Payload body = body(samples);
    node.begin();
    tell(body);
    node.births();
    List<Metric> all = sent(body, SEAL).getMetricsList();
    return all.subList(4, all.size());
  }

  @Test
  void numbersAreExact() {
    List<Metric> values = values(
        whole(SPEED, Quality.OK, 624),
        whole(GEAR, Quality.OK, -1),
        whole(ODO, Quality.OK, -1),
        whole(WIDE, Quality.OK, (1L << 53) + 1),
        ratio(-0.0),
        whole(DOOR, Quality.OK, 1));
    assertEquals(62.400000000000006, values.get(0).getDoubleValue()); // 624 * 0.1
    assertEquals(-1, values.get(1).getLongValue());
    assertEquals("Rück \"1\"", values.get(1).getProperties().getValues(0).getStringValue());
    assertEquals(-1L, values.get(2).getLongValue()); // 2^64 - 1
    assertEquals((1L << 54) + 3, values.get(3).getLongValue());
    assertEquals(
        Double.doubleToRawLongBits(-0.0 + 0),
        Double.doubleToRawLongBits(values.get(4).getDoubleValue()));
    assertTrue(values.get(5).getBooleanValue());
    assertEquals(START_MS + 1, values.get(0).getTimestamp());
    assertTrue(values.stream().allMatch(each -> each.getName().isEmpty() && each.hasAlias()));
  }

  @Test
  void whatAMetricCannotHoldIsNullAndSaysWhatItIs() {
    List<Metric> values =
        values(ratio(Double.NaN), ratio(Double.NEGATIVE_INFINITY), whole(WIDE, Quality.OK, -1));
    List<String> exact = values.stream()
        .map(each -> each.getIsNull() + " " + each.getProperties().getKeys(0) + " "
            + each.getProperties().getValues(0).getStringValue())
        .toList();
    assertEquals(
        List.of("true exact NaN", "true exact -Infinity", "true exact 36893488147419103231"),
        exact); // (2^64 - 1) * 2 + 1
    assertTrue(
        values.stream().allMatch(each -> each.getValueCase() == Metric.ValueCase.VALUE_NOT_SET));
  }

  @Test
  void everyQualityIsTold() {
    Sample[] samples =
        Stream.of(Quality.values()).map(quality -> whole(ODO, quality, 7)).toArray(Sample[]::new);
    List<String> told = values(samples).stream()
        .map(each -> each.getIsNull() + " "
            + each.getProperties().getValuesList().stream()
                .map(value ->
                    value.hasIntValue() ? "" + value.getIntValue() : value.getStringValue())
                .toList())
        .toList();
    assertEquals(
        List.of(
            "false []",
            "true [0, not_available]",
            "true [0, error]",
            "false [0, out_of_range]",
            "true [500, stale]",
            "false [192, substituted]",
            "true [0, undecodable]"),
        told);
  }

  @Test
  void birthsCountFromZeroAndDataGoOnAndWrap() {
    Payload body = body(whole(SPEED, Quality.OK, 1));
    node.begin();
    tell(body);
    List<dev.caravan.sparkplug.Payload> births =
        node.births().stream().map(SparkplugFormatTest::read).toList();
    assertEquals(List.of(0L, 1L), births.stream().map(each -> each.getSeq()).toList());
    assertEquals("bdSeq", births.get(0).getMetrics(0).getName());
    assertEquals("Node Control/Rebirth", births.get(0).getMetrics(1).getName());
    assertFalse(births.get(0).getMetrics(1).hasAlias());
    Metric speed = births.get(1).getMetrics(4);
    assertEquals("Vehicle/Speed", speed.getName());
    assertEquals(10, speed.getDatatype());
    assertEquals("km/h", speed.getProperties().getValues(0).getStringValue());
    for (int i = 2; i < 600; i++) {
      assertEquals(i % 256, sent(body, SEAL).getSeq());
    }
    assertEquals(0, read(node.births().get(0)).getSeq());
  }

  @Test
  void aNewMetricIsBornBeforeItsData() {
    Payload first = body(whole(SPEED, Quality.OK, 1));
    node.begin();
    node.births();
    List<Message> born = tell(first);
    assertEquals(
        List.of("spBv1.0/demo/DBIRTH/xa-1.ä/cloud"),
        born.stream().map(Message::topic).toList());
    assertEquals(2, read(born.get(0)).getSeq());
    assertEquals(List.of(), tell(first));
    assertEquals(3, sent(first, SEAL).getSeq());
    Payload second = body(whole(GEAR, Quality.OK, 1));
    assertEquals(6, read(tell(second).get(0)).getMetricsCount());
    assertEquals(5, sent(second, SEAL).getMetrics(4).getAlias());
    assertEquals(4, sent(first, SEAL).getMetrics(4).getAlias());
  }

  @Test
  void aBacklogIsHistorical() {
    Payload body = body(whole(SPEED, Quality.OK, 1));
    tell(body);
    assertTrue(sent(body, new Seal(STREAM, 1, true)).getMetricsList().stream()
        .allMatch(Metric::getIsHistorical));
    assertTrue(sent(body, SEAL).getMetricsList().stream().noneMatch(Metric::getIsHistorical));
  }

  @Test
  void streamAndSequenceAreMetrics() {
    Payload body = body(whole(SPEED, Quality.OK, 1));
    tell(body);
    List<Metric> own = sent(body, SEAL).getMetricsList().subList(0, 4);
    assertEquals(STREAM.toString(), own.get(0).getStringValue());
    assertEquals(12, own.get(1).getLongValue());
    assertEquals(1, own.get(2).getLongValue());
    assertEquals(0, own.get(3).getLongValue());
  }

  @Test
  void theNumberOfTheSessionRisesOverRestartsAndWraps() throws IOException {
    assertEquals(0, read(node.begin()).getMetrics(0).getLongValue());
    assertEquals(1, read(node.begin()).getMetrics(0).getLongValue());
    assertEquals(1, read(node.births().get(0)).getMetrics(0).getLongValue());
    node = format.session(folder, timeline).orElseThrow();
    assertEquals(2, read(node.begin()).getMetrics(0).getLongValue());
    Files.writeString(folder.resolve("bdseq"), "255\n");
    node = format.session(folder, timeline).orElseThrow();
    Message death = node.begin();
    assertEquals("spBv1.0/demo/NDEATH/xa-1.ä", death.topic());
    assertEquals(0, read(death).getMetrics(0).getLongValue());
    assertEquals(1, read(death).getMetricsCount());
    assertFalse(read(death).hasSeq());
  }

  @Test
  void partsHaveAllMetricsAndTheSequence() throws Exception {
    Sample[] samples = new Sample[100];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = whole(ODO, Quality.OK, i);
    }
    Payload body = body(samples);
    List<Message> parts = format.batches().parts(body.body(), body.schema().content(), SEAL, 500);
    assertTrue(parts.stream().allMatch(each -> each.body().length() <= 500));
    List<Long> values = parts.stream()
        .flatMap(each -> read(each).getMetricsList().stream().skip(4))
        .map(Metric::getLongValue)
        .toList();
    assertEquals(100, values.size());
    assertEquals(99, values.get(99));
    assertEquals(List.of(), format.batches().parts(body.body(), body.schema().content(), SEAL, 50));
  }

  @Test
  void bytesOfAnotherFormatAreRefused() {
    assertThrows(MalformedMessageException.class, () -> encoder.restore(Bytes.ofHex("6a736f6e31")));
  }

  @Test
  void theLibraryOfNodeReadsTheSame() throws Exception {
    Path modules = Path.of("target", "sparkplug").toAbsolutePath();
    assumeTrue(
        isThere(modules), "skipped: npm, or its package sparkplug-payload 1.0.3, is not there");
    Signal note = table.define(NOTE);
    Signal raw = table.define(RAW);
    Payload body = body(
        whole(SPEED, Quality.OK, 624),
        whole(GEAR, Quality.OK, -1),
        whole(ODO, Quality.OK, (1L << 53) + 1),
        ratio(0.1),
        whole(DOOR, Quality.OK, 0),
        sample(NOTE).setText(note, START_NS, Quality.OK, "a\"\\\n😀"),
        sample(RAW).setBytes(raw, START_NS, Quality.OK, Bytes.ofHex("00ff1a")),
        ratio(Double.NaN));
    tell(body);
    Message stored = format.batches().messages(body.body(), SEAL).get(0);
    Message data = node.leaving(stored.topic(), stored.body()).get(0);
    Path script = Files.writeString(folder.resolve("read.js"), """
        const sparkplug = require(process.argv[2] + '/node_modules/sparkplug-payload').get('spBv1.0');
        const payload = sparkplug.decodePayload(Buffer.from(process.argv[3], 'hex'));
        for (const metric of payload.metrics.slice(4)) {
          const value = metric.value;
          console.log(metric.alias + ' ' + metric.type + ' ' + (value instanceof Uint8Array
            ? Buffer.from(value).toString('hex') : typeof value === 'string' ? JSON.stringify(value) : value));
        }
        """);
    assertEquals(
        List.of(
            "4 Double 62.400000000000006",
            "5 Int64 -1",
            "6 UInt64 9007199254740993",
            "7 Double 0.1",
            "8 Boolean false",
            "9 String \"a\\\"\\\\\\n😀\"",
            "10 Bytes 00ff1a",
            "7 Double null"),
        run(folder, "node", script.toString(), modules.toString(), data.body().toString()));
  }

  private static boolean isThere(Path modules) {
    Path inside = modules.resolve("node_modules/sparkplug-payload/package.json");
    try {
      Files.createDirectories(modules);
      if (!Files.exists(inside)) {
        run(
            modules,
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            modules.toString(),
            "sparkplug-payload@1.0.3");
      }
      return Files.exists(inside);
    } catch (IOException | InterruptedException | AssertionError e) {
      return false;
    }
  }

  private static List<String> run(Path dir, String... command)
      throws IOException, InterruptedException {
    Path out = dir.resolve("out");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    List<String> lines = Files.readAllLines(out);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    return lines;
  }
}
