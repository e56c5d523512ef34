package dev.caravan.agent.encode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
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
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of JSON that know nothing of this program read the same values from it: jq, Node.js, and Python. */
class JsonReadersIT {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final List<Double> NUMBERS = List.of(
      0.0,
      -0.0,
      0.1,
      62.400000000000006,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      2.2250738585072014E-308,
      Double.parseDouble("1.0E23"),
      9007199254740992.0,
      -123456789.125,
      (double) 3.4028235E38f,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY);
  private static final List<Long> WHOLE = List.of(
      0L,
      1L,
      9_007_199_254_740_991L,
      9_007_199_254_740_992L,
      9_007_199_254_740_993L,
      Long.MAX_VALUE,
      -1L);
  private static final List<String> TEXTS = List.of(
      "",
      "a\"b\\c/",
      "\u0000\u0001\t\r\n\u001f\u007f\u0085",
      "\u2028\u202e\ufeff",
      "äß😀\ud83d",
      "1.0",
      "{}[],:");

  private static final String PYTHON = """
      import base64, json, sys
      def one(v):
          if isinstance(v, str): return 's' + base64.b64encode(v.encode()).decode()
          return json.dumps(v)
      for line in open(sys.argv[1], encoding='utf-8').read().split(chr(10)) if sys.argv[2] == 'lines' else [open(sys.argv[1], encoding='utf-8').read()]:
          if not line: continue
          rows = json.loads(line)
          for row in rows if isinstance(rows, list) else [rows]:
              print(row['signal'], one(row['value']))
      """;
  private static final String NODE = """
      const text = require('fs').readFileSync(process.argv[2], 'utf8');
      const one = v => typeof v === 'string' ? 's' + Buffer.from(v).toString('base64') : Object.is(v, -0) ? '-0.0' : JSON.stringify(v);
      const texts = process.argv[3] === 'lines' ? text.trim().split('\\n') : [text];
      for (const each of texts) for (const row of [JSON.parse(each)].flat()) console.log(row.signal + ' ' + one(row.value));
      """;
  private static final String JQ =
      "(if type == \"array\" then .[] else . end) | .signal + \" \" + (if (.value|type) == \"string\" then \"s\""
          + " + (.value|@base64) else (.value|tojson) end)";

  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final List<String> expected = new ArrayList<>();
  private final Path folder;

  JsonReadersIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private Signal signal(String name, Kind kind) {
    return table.define(SignalSpec.of(name, "m", "", kind));
  }

  private static String text(String value) {
    // half a pair cannot be told in UTF-8
    String whole = value.replaceAll("\ud83d$", "?");
    return "s" + Base64.getEncoder().encodeToString(whole.getBytes(StandardCharsets.UTF_8));
  }

  private List<SampleGroup> samples() {
    List<Sample> all = new ArrayList<>();
    for (Double number : NUMBERS) {
      Signal signal = signal("d" + all.size(), Kind.DOUBLE);
      all.add(new Sample(signal).setFloating(signal, START_NS, Quality.OK, number));
      // raw * factor + offset of -0 is 0
      expected.add(signal.path() + " "
          + (Double.isFinite(number) ? Double.toString(number + 0.0) : text(number.toString())));
    }
    for (Long whole : WHOLE) {
      Signal signal = signal("u" + all.size(), Kind.UNSIGNED);
      all.add(new Sample(signal).setInteger(signal, START_NS, Quality.OK, whole));
      String digits = Long.toUnsignedString(whole);
      // ECMA-262, Number.MAX_SAFE_INTEGER is 2^53 - 1
      boolean isLarge = Long.compareUnsigned(whole, 1L << 53) >= 0;
      expected.add(signal.path() + " " + (isLarge ? text(digits) : digits));
    }
    for (String text : TEXTS) {
      Signal signal = signal("t" + all.size(), Kind.TEXT);
      all.add(new Sample(signal).setText(signal, START_NS, Quality.OK, text));
      expected.add(signal.path() + " " + text(text));
    }
    for (Quality quality : Quality.values()) {
      Signal signal = signal("q" + all.size(), Kind.SIGNED);
      boolean hasValue = quality.hasValue();
      all.add(
          hasValue
              ? new Sample(signal).setInteger(signal, START_NS, quality, -5)
              : new Sample(signal).setNone(signal, START_NS, quality));
      expected.add(signal.path() + " " + (hasValue ? "-5" : "null"));
    }
    Signal bytes = signal("b" + all.size(), Kind.BYTES);
    all.add(new Sample(bytes).setBytes(bytes, START_NS, Quality.OK, Bytes.ofHex("00ff1a")));
    expected.add(bytes.path() + " " + text("00ff1a"));
    List<SampleGroup> groups = new ArrayList<>();
    for (Sample each : all) {
      SampleGroup group = new SampleGroup().begin(table.group(each.signal()), START_NS);
      group.add(each);
      groups.add(group);
    }
    return groups;
  }

  private List<Message> messages(String json) throws IOException {
    JsonFormat format = JsonFormat.from(
        YamlFile.read(
            Files.writeString(folder.resolve("agent.yaml"), "json: " + json), new Faults()),
        "cloud",
        new DeviceName("f", "d"),
        Topics.USUAL,
        false);
    List<Payload> payloads = new ArrayList<>();
    Encoder encoder = format
        .batches()
        .encoder(new Making(
            List.of(),
            new FakeTimeline(START_NS),
            new Health(),
            Bytes.ofHex("0102030405060708"),
            1));
    for (SampleGroup each : samples()) {
      encoder.accept(new Reading().of(each), payloads::add);
    }
    encoder.finish(payloads::add);
    return format
        .batches()
        .messages(
            payloads.get(0).body(),
            new Seal(new StreamId(Bytes.ofHex("00112233445566aa")), 1, false));
  }

  private static boolean isThere(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> read(String reader, List<Message> messages, boolean isLines)
      throws IOException, InterruptedException {
    Path file = folder.resolve("message.json");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Message each : messages) {
      all.write(
          each.contentType().endsWith("+gzip")
              ? new GZIPInputStream(each.body().stream()).readAllBytes()
              : each.body().toArray());
      all.write('\n');
    }
    Files.write(file, all.toByteArray());
    String form = isLines ? "lines" : "text";
    List<String> command = switch (reader) {
      case "python3" -> List.of("python3", "-c", PYTHON, file.toString(), form);
      case "node" ->
        List.of(
            "node",
            Files.writeString(folder.resolve("read.js"), NODE).toString(),
            file.toString(),
            form);
      default -> List.of("jq", "-r", JQ, file.toString());
    };
    Path out = folder.resolve("out");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return Files.readAllLines(out);
  }

  /** Numbers by what they are, as each writes them in its own way. */
  private static String plain(String line) {
    String value = line.substring(line.indexOf(' ') + 1);
    return value.startsWith("s") || value.equals("null")
        ? line
        : line.substring(0, line.indexOf(' ') + 1) + Double.parseDouble(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"python3", "node", "jq"})
  void everyValueIsReadAsItIs(String reader) throws Exception {
    assumeTrue(isThere(reader), "skipped: " + reader + " is not installed");
    Path flat = Path.of(System.getProperty("caravan.root", ".."))
        .toAbsolutePath()
        .resolve("config/json/flat.yaml");
    for (String layout : List.of("rows", "rows, compress: gzip", "signal", flat.toString())) {
      expected.clear();
      List<Message> messages = messages("{large_numbers: text, layout: " + layout + "}");
      boolean isLines = layout.endsWith(".yaml") || layout.equals("signal");
      List<String> read = read(reader, messages, isLines);
      assertEquals(
          String.join("\n", expected.stream().map(JsonReadersIT::plain).toList()),
          String.join("\n", read.stream().map(JsonReadersIT::plain).toList()),
          layout);
    }
  }
}
