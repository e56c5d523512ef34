package dev.caravan.agent.encode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Closing;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.receive.AuditBooks;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route of JSON sends as a layout file says, and signals on topics of their own. */
class LayoutFileTest {
  // date -u -d @1764000000 is 2025-11-24T16:00:00Z
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final DeviceName CAR = new DeviceName("demo", "xa-1.ä");
  private static final Seal SEAL =
      new Seal(new StreamId(Bytes.ofHex("00112233445566aa")), 12, false);
  private static final SignalSpec SPEED = new SignalSpec(
      "a.E.Speed", "a.E", "km/h", Kind.UNSIGNED, 0.5, 0, 0, 100, Map.of(3L, "sl\"ow"));
  private static final SignalSpec ODO = SignalSpec.of("a.E.Odo", "a.E", "m", Kind.UNSIGNED);
  private static final SignalSpec RATIO = SignalSpec.of("a.E.Ratio", "a.E", "", Kind.DOUBLE);
  private static final SignalSpec ODD = SignalSpec.of("a.E.o/d#%", "a.E", "", Kind.TEXT);

  private final FakeTimeline timeline = new FakeTimeline(START_NS);
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Making making =
      new Making(List.of(), timeline, health, Bytes.ofHex("0102030405060708"), 1);
  private final List<Payload> payloads = new ArrayList<>();
  private final Path folder;

  LayoutFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Sample sample(SignalSpec spec, Quality quality, long raw) {
    Signal signal = table.define(spec);
    return new Sample(signal).setInteger(signal, START_NS, quality, raw);
  }

  private Sample floating(double raw) {
    Signal signal = table.define(RATIO);
    return new Sample(signal).setFloating(signal, START_NS, Quality.OK, raw);
  }

  private Sample text(SignalSpec spec, String text) {
    Signal signal = table.define(spec);
    return new Sample(signal).setText(signal, START_NS, Quality.OK, text);
  }

  private SampleGroup group(long afterNs, Sample... samples) {
    SampleGroup group = new SampleGroup()
        .begin(table.group(table.define(samples[0].signal().spec())), START_NS + afterNs);
    for (Sample each : samples) {
      group.add(each);
    }
    return group;
  }

  private SampleGroup usual() {
    return group(
        1_500,
        sample(SPEED, Quality.OK, 3),
        sample(ODO, Quality.OK, 9_007_199_254_740_993L),
        floating(Double.NaN));
  }

  private JsonFormat format(LayoutFile layout, boolean isCompressed, boolean largeAreTexts) {
    return new JsonFormat(
        new JsonSettings(
            Layout.FILE,
            layout,
            isCompressed,
            largeAreTexts,
            new Closing(1_000_000_000L, 5000, 1 << 20, 0)),
        "cloud",
        CAR,
        Topics.USUAL);
  }

  private LayoutFile read(String yaml) throws IOException {
    Faults faults = new Faults();
    LayoutFile layout =
        LayoutFile.read(Files.writeString(folder.resolve("layout.yaml"), yaml), faults);
    assertEquals(List.of(), faults.found());
    return layout;
  }

  private Bytes body(JsonFormat format, SampleGroup... groups) {
    Encoder encoder = format.batches().encoder(making);
    for (SampleGroup each : groups) {
      encoder.accept(new Reading().of(each), payloads::add);
    }
    encoder.flush(payloads::add);
    return payloads.get(payloads.size() - 1).body();
  }

  private static String text(Message message) throws IOException {
    byte[] body = message.body().toArray();
    if (message.contentType().endsWith("+gzip")) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private String sent(String yaml, SampleGroup... groups) throws IOException {
    JsonFormat format = format(read(yaml), false, false);
    List<Message> messages = format.batches().messages(body(format, groups), SEAL);
    assertEquals(1, messages.size());
    assertEquals("caravan/v1/demo/xa-1.ä/data/cloud", messages.get(0).topic());
    assertFalse(messages.get(0).isLastValue());
    return text(messages.get(0));
  }

  @Test
  void namesAndNestingAreThoseOfTheFile() throws Exception {
    assertEquals(
        "[{\"v\":\"=1\",\"who\":{\"f\":\"demo\",\"d\":\"xa-1.ä\"},\"n\\\"\":\"a.E.Speed\",\"x\":1.5,"
            + "\"m\":{\"u\":\"km/h\",\"l\":\"sl\\\"ow\"},\"stream\":\"00112233445566aa\",\"seq\":12},"
            + "{\"v\":\"=1\",\"who\":{\"f\":\"demo\",\"d\":\"xa-1.ä\"},\"n\\\"\":\"a.E.Odo\","
            + "\"x\":null,\"m\":{\"u\":\"m\",\"q\":\"not_available\"},\"stream\":\"00112233445566aa\",\"seq\":12}]",
        sent("""
            sample:
              v: "==1"
              who: {f: fleet, d: device}
              'n"': signal
              x: value
              m: {u: unit, l: label, q: quality}
              stream: stream
              seq: seq
            """, group(0, sample(SPEED, Quality.OK, 3), sample(ODO, Quality.NOT_AVAILABLE, 0))));
  }

  @Test
  void completeObjectsHaveEveryField() throws Exception {
    assertEquals(
        "[{\"n\":\"a.E.Ratio\",\"x\":\"NaN\",\"u\":null,\"l\":null,\"q\":\"ok\",\"p\":1,\"ps\":1,\"late\":false,\"lost\":0}]",
        sent("""
            complete: true
            sample: {n: signal, x: value, u: unit, l: label, q: quality, p: part, ps: parts, late: late, lost: lost}
            """, group(0, floating(Double.NaN))));
  }

  @Test
  void linesAreObjectsOfTheirOwn() throws Exception {
    JsonFormat format = format(
        read("{form: lines, time: iso8601, group: {t: time, v: values, q: qualities}}"),
        false,
        false);
    Message message =
        format.batches().messages(body(format, usual(), usual()), SEAL).get(0);
    assertEquals("application/x-ndjson", message.contentType());
    String line = "{\"t\":\"2025-11-24T16:00:00.000002Z\","
        + "\"v\":{\"a.E.Speed\":1.5,\"a.E.Odo\":9007199254740993,\"a.E.Ratio\":\"NaN\"}}\n";
    assertEquals(line + line, text(message));
  }

  @Test
  void aBatchIsAnObjectWithGroupsOfSamplesInIt() throws Exception {
    assertEquals(
        "{\"b\":1,\"in\":{\"seq\":12,\"data\":[{\"t\":1764000000000,\"g\":\"a.E\",\"s\":[{\"n\":\"a.E.Speed\",\"v\":1.5}]},"
            + "{\"t\":1764000000001,\"g\":\"a.E\",\"s\":[{\"n\":\"a.E.Odo\",\"v\":7}]},"
            + "{\"t\":1764000000002,\"g\":\"a.E\",\"s\":[{\"n\":\"a.E.Odo\",\"v\":8}]}],"
            + "\"units\":{\"a.E.Speed\":\"km/h\",\"a.E.Odo\":\"m\"}}}",
        sent(
            """
            time: ms
            batch: {b: boot, in: {seq: seq, data: groups, units: units}}
            group: {t: time, g: group, s: samples}
            sample: {n: signal, v: value}
            """,
            group(0, sample(SPEED, Quality.OK, 3)),
            group(1_000_000, sample(ODO, Quality.OK, 7)),
            group(2_000_000, sample(ODO, Quality.OK, 8))));
  }

  @ParameterizedTest
  @CsvSource({
    // date -u -d @N, and the leap days of the calendar
    "1764000000000002, 2025-11-24T16:00:00.000002Z",
    "0, 1970-01-01T00:00:00.000000Z",
    "951782399999999, 2000-02-28T23:59:59.999999Z",
    "951782400000000, 2000-02-29T00:00:00.000000Z",
    "4107542400000000, 2100-03-01T00:00:00.000000Z",
    "1709164800000000, 2024-02-29T00:00:00.000000Z",
    "1735689599000000, 2024-12-31T23:59:59.000000Z",
    "-1000000, 1969-12-31T23:59:59.000000Z",
    "9223372036854775, 2262-04-11T23:47:16.854775Z",
  })
  void timesAsTextsAreThoseOfTheCalendar(long timeUs, String text) {
    assertEquals(
        "\"" + text + "\"",
        new String(new JsonBuffer().iso8601(timeUs).bytes().toArray(), StandardCharsets.US_ASCII));
  }

  @Test
  void nanosecondsAreTextsWhereLargeNumbersAre() throws Exception {
    JsonFormat format =
        format(read("{time: ns, sample: {t: time, n: signal, v: value}}"), false, true);
    assertEquals(
        "[{\"t\":\"1764000000000002000\",\"n\":\"a.E.Odo\",\"v\":\"9007199254740993\"}]",
        text(format
            .batches()
            .messages(
                body(format, group(1_500, sample(ODO, Quality.OK, 9_007_199_254_740_993L))), SEAL)
            .get(0)));
    assertEquals(
        "[{\"t\":1764000000000002000}]",
        sent(
                "{time: ns, sample: {t: time, n: signal, v: value}}",
                group(1_500, sample(ODO, Quality.OK, 1)))
            .replaceAll(",\"n\".*\\}", "}"));
  }

  @Test
  void partsTogetherAreTheWholeInEachForm() throws Exception {
    SampleGroup[] groups = new SampleGroup[60];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = group(i * 1_000_000L, sample(ODO, Quality.OK, i * 7919L), floating(i));
    }
    for (String yaml : List.of(
        "sample: {n: signal, v: value, part: part, parts: parts}",
        "{form: lines, group: {v: values, part: part, parts: parts}}",
        "{batch: {part: part, parts: parts, d: samples, u: units}, sample: {n: signal, v: value}}")) {
      for (boolean isPacked : List.of(false, true)) {
        JsonFormat format = format(read(yaml), isPacked, false);
        Bytes body = body(format, groups);
        long most = isPacked ? 500 : 900;
        List<Message> parts = format.batches().parts(body, Bytes.EMPTY, SEAL, most);
        assertTrue(parts.size() > 1, yaml);
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
          assertTrue(parts.get(i).body().length() <= most, yaml);
          String part = text(parts.get(i));
          assertTrue(part.contains("\"part\":" + (i + 1) + ",\"parts\":" + parts.size()), part);
          values.append(part.replaceAll("(?s).*?Odo\"(?:,\"v\")?:(\\d+)", "$1 ")
              .replaceAll("(?s)[^ \\d].*", ""));
        }
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
          wanted.append(i * 7919L).append(' ');
        }
        assertEquals(
            wanted.toString().strip(), values.toString().strip().replaceAll(" +", " "), yaml);
      }
    }
  }

  @Test
  void partsHaveTheUnitsOfTheirOwnSignalsWhereverThatIs() throws Exception {
    JsonFormat format = format(read("""
            batch: {d: samples, x: {u: units}, p: part}
            sample: {n: signal, v: value}
            """), false, false);
    Bytes body = body(
        format, group(0, sample(ODO, Quality.OK, 7)), group(1_000, sample(SPEED, Quality.OK, 2)));
    assertEquals(
        List.of(
            "{\"d\":[{\"n\":\"a.E.Odo\",\"v\":7}],\"x\":{\"u\":{\"a.E.Odo\":\"m\"}},\"p\":1}",
            "{\"d\":[{\"n\":\"a.E.Speed\",\"v\":1}],\"x\":{\"u\":{\"a.E.Speed\":\"km/h\"}},\"p\":2}"),
        format.batches().parts(body, Bytes.EMPTY, SEAL, 80).stream()
            .map(part -> new String(part.body().toArray(), StandardCharsets.UTF_8))
            .toList());
  }

  @Test
  void eachSignalHasItsLastValueOnATopicOfItsOwn() throws Exception {
    JsonFormat format = format(LayoutFile.SIGNAL, false, false);
    Bytes body = body(
        format,
        usual(),
        group(1_000_000, sample(SPEED, Quality.ERROR, 0)),
        group(2_000_000, text(ODD, "é\u0001")),
        group(3_000_000, sample(SPEED, Quality.OK, 4)));
    assertEquals(4, payloads.get(0).reports());
    assertEquals(2, health.total(SharedMetrics.SHAPE_WITHHELD));
    List<Message> messages = format.batches().messages(body, SEAL);
    assertTrue(messages.stream().allMatch(Message::isLastValue));
    String front =
        "{\"stream\":\"00112233445566aa\",\"seq\":12,\"boot\":1,\"late\":false,\"part\":";
    assertEquals(
        List.of(
            "caravan/v1/demo/xa-1.ä/data/cloud/a.E.Speed " + front
                + "1,\"parts\":4,\"lost\":0,\"time\":1764000000003000,\"signal\":\"a.E.Speed\",\"value\":2,\"unit\":\"km/h\"}",
            "caravan/v1/demo/xa-1.ä/data/cloud/a.E.Odo " + front
                + "2,\"parts\":4,\"lost\":0,\"time\":1764000000000002,\"signal\":\"a.E.Odo\",\"value\":9007199254740993,\"unit\":\"m\"}",
            "caravan/v1/demo/xa-1.ä/data/cloud/a.E.Ratio " + front
                + "3,\"parts\":4,\"lost\":0,\"time\":1764000000000002,\"signal\":\"a.E.Ratio\",\"value\":\"NaN\"}",
            "caravan/v1/demo/xa-1.ä/data/cloud/a.E.o%2Fd%23%25 " + front
                + "4,\"parts\":4,\"lost\":0,\"time\":1764000000002000,\"signal\":\"a.E.o/d#%\",\"value\":\"é\\u0001\"}"),
        messages.stream()
            .map(each -> {
              try {
                return each.topic() + " " + text(each);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            })
            .toList());
    assertEquals(List.of(), format.batches().parts(body, Bytes.EMPTY, SEAL, 100));
  }

  @Test
  void signalsBeginAnewInEachBatch() throws Exception {
    JsonFormat format = format(LayoutFile.SIGNAL, true, false);
    Encoder encoder = format.batches().encoder(making);
    encoder.accept(new Reading().of(usual()), payloads::add);
    encoder.flush(payloads::add);
    encoder.accept(new Reading().of(group(5_000_000, sample(ODO, Quality.OK, 8))), payloads::add);
    encoder.flush(payloads::add);
    List<Message> messages = format.batches().messages(payloads.get(1).body(), SEAL);
    assertEquals(1, messages.size());
    assertEquals("application/json+gzip", messages.get(0).contentType());
    assertTrue(text(messages.get(0)).contains("\"value\":8,"), text(messages.get(0)));
  }

  private String refusal(String yaml) throws IOException {
    Faults faults = new Faults();
    LayoutFile.read(Files.writeString(folder.resolve("layout.yaml"), yaml), faults);
    return faults.found().stream()
        .map(String::valueOf)
        .map(each -> each.substring(each.indexOf("layout.yaml")))
        .collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}| layout.yaml:1:1: want one of batch, group and sample at least",
        "sample: {n: signal, v: valeu}| layout.yaml:1:24: sample.v: want one of stream, seq,",
        "sample: {n: signal, v: valeu}| did you mean 'value'?",
        "sample: {n: signal, v: values}| layout.yaml:1:24: sample.v: want one of stream",
        "sample: {n: signal, v: [value]}| sample.v: want a word, a text behind = or a mapping of these",
        "sample: {n: signal, v: {}}| sample.v: want a field at least",
        "sample: {n: signal}| layout.yaml:1:9: sample: want value in it",
        "sample: {v: value}| sample: want signal in it",
        "sample: 5| sample: want a mapping of keys to values",
        "{form: object, sample: {n: signal, v: value}}| form: want batch",
        "{form: list, batch: {s: samples}, sample: {n: signal, v: value}}| form: want object or lines beside batch",
        "{form: signals, group: {v: values}}| form: want sample alone",
        "{batch: {a: seq}, sample: {n: signal, v: value}}| batch: want one of groups and samples in it, once, got 0",
        "{batch: {a: groups, b: samples}, sample: {n: signal, v: value}, group: {v: values}}| got 2",
        "{batch: {a: groups}}| batch: want group beside it, of which groups is a list",
        "{group: {a: samples}}| group: want sample beside it",
        "{group: {a: values}, sample: {n: signal, v: value}}| sample: of no use: nothing has samples in it",
        "{batch: {a: samples}, group: {v: values}, sample: {n: signal, v: value}}| group: of no use: batch has samples in it",
        "{group: {a: time}}| group: want values or samples in it",
        "{time: s, group: {a: values}}| time: want one of us, ns, ms, iso8601, got 's'",
        "{fields: {}, group: {a: values}}| layout.yaml:1:2: fields: unknown key",
        "[1]| want a mapping of keys to values",
      })
  void mistakesAreToldWithTheirPlace(String yaml, String words) throws IOException {
    String refusal = refusal(yaml);
    assertTrue(refusal.contains(words), refusal);
  }

  @Test
  void whatProvesNothingIsWarnedOf() throws IOException {
    Faults faults = new Faults();
    LayoutFile.read(
        Files.writeString(
            folder.resolve("a.yaml"),
            "sample: {n: signal, v: value, stream: stream, seq: seq, part: part}"),
        faults);
    assertTrue(
        faults.warnings().toString().contains("want stream, seq, part and parts in it"),
        faults.warnings().toString());
  }

  @Test
  void filesThatAreShippedAreGood() throws IOException {
    Path config = Path.of(System.getProperty("caravan.root", "..")).resolve("config/json");
    TreeSet<String> names = new TreeSet<>();
    try (var files = Files.list(config)) {
      for (Path each : files.toList()) {
        Faults faults = new Faults();
        LayoutFile.read(each, faults);
        assertEquals(List.of(), faults.found());
        assertEquals(List.of(), faults.warnings());
        names.add(String.valueOf(each.getFileName()));
      }
    }
    assertEquals(new TreeSet<>(List.of("flat.yaml", "home.yaml", "nested.yaml")), names);
  }

  @Test
  void everyLayoutThatTellsStreamAndSequenceIsAudited() throws Exception {
    Path config = Path.of(System.getProperty("caravan.root", "..")).resolve("config/json");
    for (String name :
        List.of("rows", "groups", "batch", "signal", "flat.yaml", "nested.yaml", "home.yaml")) {
      String path = name.endsWith(".yaml") ? config.resolve(name).toString() : name;
      Node route = YamlFile.read(
          Files.writeString(
              folder.resolve("agent.yaml"), "json: {layout: " + path + ", compress: gzip}"),
          new Faults());
      JsonFormat format = JsonFormat.from(route, "cloud", CAR, Topics.USUAL, false);
      List<String> said = new ArrayList<>();
      AuditBooks books = new AuditBooks(Room.of(1 << 20), said::add);
      Receiver receiver = new Receiver(books, Room.of(1 << 20));
      Health own = new Health();
      Counter decoded = own.counter(SharedMetrics.DECODE_SAMPLES, "a");
      Encoder encoder =
          format.batches().encoder(new Making(List.of(), timeline, own, making.bootId(), 1));
      for (int seq = 1; seq <= 3; seq++) {
        for (int i = 0; i < 20; i++) {
          encoder.accept(new Reading().of(usual()), payloads::add);
          decoded.add(usual().size());
          timeline.advanceNs(1_000_000);
        }
        encoder.flush(payloads::add);
        Bytes body = payloads.get(payloads.size() - 1).body();
        Seal seal = new Seal(SEAL.stream(), seq, seq == 2);
        List<Message> leaving = new ArrayList<>(
            seq == 2 ? format.batches().parts(body, Bytes.EMPTY, seal, 600) : List.of());
        assertTrue(seq != 2 || leaving.size() != 1, name);
        leaving.addAll(format.batches().messages(body, seal));
        leaving.forEach(each -> receiver.arrived(each.topic(), each.body()));
      }
      receiver.end();
      StringWriter out = new StringWriter();
      assertTrue(books.report(receiver.counts(), new PrintWriter(out)), name + out + said);
      assertTrue(out.toString().contains("sequence 1..3, batches 3, missing 0"), out.toString());
      assertTrue(out.toString().contains("two contents 0"), out.toString());
    }
  }

  private List<String> faultsOf(String json) throws IOException {
    Faults faults = new Faults();
    Node route =
        YamlFile.read(Files.writeString(folder.resolve("agent.yaml"), "json: " + json), faults);
    JsonFormat.from(route, "cloud", CAR, Topics.USUAL, false);
    return faults.found().stream().map(String::valueOf).toList();
  }

  @Test
  void aLayoutIsAWordOrAFile() throws IOException {
    Files.writeString(folder.resolve("flat.yaml"), "sample: {n: signal, v: value}");
    assertEquals(List.of(), faultsOf("{layout: flat.yaml}"));
    assertEquals(List.of(), faultsOf("{layout: signal}"));
    assertEquals(List.of(), faultsOf("{}"));
    String words = faultsOf("{layout: grops}").toString();
    assertTrue(
        words.contains("agent.yaml:1:16: json.layout: want one of rows, groups, batch,"), words);
    assertTrue(words.contains("did you mean 'groups'?"), words);
    assertTrue(faultsOf("{layout: gone.yaml}").toString().contains("json.layout: "), words);
    Files.writeString(folder.resolve("bad.yaml"), "sample: {n: signal}");
    assertTrue(
        faultsOf("{layout: bad.yaml}").toString().contains("bad.yaml:1:9: sample: want value"));
  }
}
