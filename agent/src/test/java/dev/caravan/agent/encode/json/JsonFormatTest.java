package dev.caravan.agent.encode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Closing;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What a route of JSON sends, letter by letter. */
class JsonFormatTest {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final DeviceName CAR = new DeviceName("demo", "xa-1.ä");
  private static final Seal SEAL =
      new Seal(new StreamId(Bytes.ofHex("00112233445566aa")), 12, false);
  private static final String FRONT = "\"stream\":\"00112233445566aa\",\"seq\":12,\"boot\":1,";
  private static final SignalSpec SPEED = new SignalSpec(
      "can0.Engine.Speed", "can0.Engine", "km/h", Kind.UNSIGNED, 0.1, 0, 0, 100, Map.of());
  private static final SignalSpec GEAR = new SignalSpec(
      "can0.Engine.Gear", "can0.Engine", "", Kind.SIGNED, 1, 0, 0, 100, Map.of(-1L, "Rück \"1\""));
  private static final SignalSpec ODO =
      SignalSpec.of("can0.Engine.Odo", "can0.Engine", "m", Kind.UNSIGNED);
  private static final SignalSpec RATIO =
      SignalSpec.of("can0.Engine.Ratio", "can0.Engine", "", Kind.DOUBLE);
  private static final SignalSpec NOTE =
      SignalSpec.of("can0.Engine.Note", "can0.Engine", "", Kind.TEXT);
  private static final SignalSpec RAW =
      SignalSpec.of("can0.Engine.Raw", "can0.Engine", "", Kind.BYTES);
  private static final SignalSpec DOOR =
      SignalSpec.of("can0.Engine.Door", "can0.Engine", "", Kind.BOOLEAN);

  private final FakeTimeline timeline = new FakeTimeline(START_NS);
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final List<Payload> payloads = new ArrayList<>();
  private final Making making =
      new Making(List.of(), timeline, health, Bytes.ofHex("0102030405060708"), 1);

  private static JsonFormat format(Layout layout, boolean isCompressed, boolean largeAreTexts) {
    return new JsonFormat(
        new JsonSettings(
            layout,
            LayoutFile.SIGNAL,
            isCompressed,
            largeAreTexts,
            new Closing(1_000_000_000L, 5000, 1 << 20, 0)),
        "cloud",
        CAR,
        Topics.USUAL);
  }

  private SampleGroup group(long timeNs, Sample... samples) {
    SampleGroup group =
        new SampleGroup().begin(table.group(table.define(samples[0].signal().spec())), timeNs);
    for (Sample each : samples) {
      group.add(each);
    }
    return group;
  }

  private Sample integer(SignalSpec spec, Quality quality, long raw) {
    Signal signal = table.define(spec);
    return new Sample(signal).setInteger(signal, START_NS, quality, raw);
  }

  private Sample floating(double raw) {
    Signal signal = table.define(RATIO);
    return new Sample(signal).setFloating(signal, START_NS, Quality.OK, raw);
  }

  private Sample text(String text) {
    Signal signal = table.define(NOTE);
    return new Sample(signal).setText(signal, START_NS, Quality.OK, text);
  }

  private SampleGroup all() {
    Signal raw = table.define(RAW);
    return group(
        START_NS + 1_500,
        integer(SPEED, Quality.OK, 624),
        integer(GEAR, Quality.OUT_OF_RANGE, -1),
        integer(ODO, Quality.OK, -1L),
        floating(Double.NaN),
        text("a\"\\\n😀\u202e"),
        new Sample(raw).setBytes(raw, START_NS, Quality.OK, Bytes.ofHex("00ff1a")),
        integer(DOOR, Quality.ERROR, 1));
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
    if (message.contentType().equals("application/json+gzip")) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private String sent(Layout layout, SampleGroup... groups) throws IOException {
    JsonFormat format = format(layout, false, false);
    List<Message> messages = format.batches().messages(body(format, groups), SEAL);
    assertEquals(1, messages.size());
    assertEquals("caravan/v1/demo/xa-1.ä/data/cloud", messages.get(0).topic());
    assertEquals("application/json", messages.get(0).contentType());
    return text(messages.get(0));
  }

  private static String ledger(long decoded, long sent) {
    return "\"ledger\":{\"frames_received\":0,\"frames_overrun\":0,\"frames_malformed\":0,"
        + "\"frames_dropped\":0,\"frames_unknown\":0,\"samples_decoded\":" + decoded
        + ",\"samples_withheld\":0,\"samples_sent\":" + sent
        + ",\"samples_evicted\":0,\"batches_evicted\":0,\"samples_rejected\":0,\"batches_rejected\":0},";
  }

  private static final String VALUES =
      "\"values\":{\"can0.Engine.Speed\":62.400000000000006,\"can0.Engine.Gear\":-1,"
          + "\"can0.Engine.Odo\":18446744073709551615,\"can0.Engine.Ratio\":\"NaN\","
          + "\"can0.Engine.Note\":\"a\\\"\\\\\\u000A😀\\u202E\",\"can0.Engine.Raw\":\"00ff1a\","
          + "\"can0.Engine.Door\":null},\"labels\":{\"can0.Engine.Gear\":\"Rück \\\"1\\\"\"},"
          + "\"quality\":{\"can0.Engine.Gear\":\"out_of_range\",\"can0.Engine.Door\":\"error\"}";

  @Test
  void groupsAreObjectsOfWhatArrivedTogether() throws Exception {
    assertEquals(
        "[{" + FRONT + ledger(0, 8)
            + "\"time\":1764000000000002,\"group\":\"can0.Engine\"," + VALUES + "},"
            + "{\"time\":1764000000100000,\"group\":\"can0.Engine\",\"values\":{\"can0.Engine.Ratio\":0.1}}]",
        sent(Layout.GROUPS, all(), group(START_NS + 100_000_000L, floating(0.1))));
  }

  @Test
  void rowsAreObjectsOfOneSampleEach() throws Exception {
    assertEquals(
        "[{" + FRONT
            + "\"time\":1764000000000002,\"signal\":\"can0.Engine.Speed\",\"value\":62.400000000000006,\"unit\":\"km/h\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Gear\",\"value\":-1,\"label\":\"Rück \\\"1\\\"\",\"quality\":\"out_of_range\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Odo\",\"value\":18446744073709551615,\"unit\":\"m\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Ratio\",\"value\":\"NaN\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Note\",\"value\":\"a\\\"\\\\\\u000A😀\\u202E\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Raw\",\"value\":\"00ff1a\"},"
            + "{\"time\":1764000000000002,\"signal\":\"can0.Engine.Door\",\"value\":null,\"quality\":\"error\"}]",
        sent(Layout.ROWS, all()));
  }

  @Test
  void batchIsOneObjectWithCountsAndClocks() throws Exception {
    assertEquals(
        "{" + FRONT + ledger(0, 7)
            + "CLOCK,\"fleet\":\"demo\",\"device\":\"xa-1.ä\",\"route\":\"cloud\","
            + "\"units\":{\"can0.Engine.Speed\":\"km/h\",\"can0.Engine.Odo\":\"m\"},\"groups\":["
            + "{\"time\":1764000000000002,\"group\":\"can0.Engine\"," + VALUES + "}]}",
        sent(Layout.BATCH, all())
            .replaceAll("\"clock\":\\{\"time\":1764000000000000,[^}]*}", "CLOCK"));
  }

  @Test
  void thingsBoardGetsWhatItTakesAndNothingElse() throws Exception {
    assertEquals(
        "[{\"ts\":1764000000000,\"values\":{\"can0.Engine.Speed\":62.400000000000006,"
            + "\"can0.Engine.Gear\":-1,\"can0.Engine.Odo\":18446744073709551615,"
            + "\"can0.Engine.Note\":\"a\\\"\\\\\\u000A😀\\u202E\",\"can0.Engine.Raw\":\"00ff1a\"}},"
            + "{\"ts\":1764000000100,\"values\":{\"can0.Engine.Speed\":62.0}}]",
        sent(
            Layout.THINGSBOARD,
            all(),
            group(START_NS + 50_000_000L, floating(Double.POSITIVE_INFINITY)),
            group(START_NS + 100_000_000L, integer(SPEED, Quality.OK, 620))));
  }

  @Test
  void aBodyOfWhichNothingCanBeToldIsCountedAsLost() {
    Encoder encoder = format(Layout.THINGSBOARD, false, false).batches().encoder(making);
    encoder.accept(new Reading().of(group(START_NS, floating(Double.NaN))), payloads::add);
    encoder.flush(payloads::add);
    assertEquals(List.of(), payloads);
    assertEquals(1, health.total(SharedMetrics.STORE_EVICTED));
  }

  @Test
  void numbersBeyondTwoToThe53AreTextsWhereThatIsAsked() throws Exception {
    JsonFormat format = format(Layout.ROWS, false, true);
    Bytes body = body(
        format,
        group(START_NS, integer(ODO, Quality.OK, 9_007_199_254_740_993L)),
        group(START_NS, integer(ODO, Quality.OK, 9_007_199_254_740_991L)));
    String sent = text(format.batches().messages(body, SEAL).get(0));
    assertTrue(sent.contains("\"value\":\"9007199254740993\","), sent);
    assertTrue(sent.contains("\"value\":9007199254740991,"), sent);
  }

  /** Raw number and offset are beyond 2^53, what they make is not: 2^63 - 1 - 2^63 = -1. */
  @Test
  void smallNumbersMadeOfLargeOnesAreNumbers() throws Exception {
    SignalSpec shifted = new SignalSpec(
        "can0.Engine.Shifted", "can0.Engine", "", Kind.UNSIGNED, 1, -0x1p63, 0, 0, Map.of());
    JsonFormat format = format(Layout.ROWS, false, true);
    Bytes body = body(
        format,
        group(START_NS, integer(shifted, Quality.OK, Long.MAX_VALUE)),
        group(START_NS, integer(shifted, Quality.OK, 0)));
    String sent = text(format.batches().messages(body, SEAL).get(0));
    assertTrue(sent.contains("\"value\":-1}"), sent);
    assertTrue(sent.contains("\"value\":\"-9223372036854775808\"}"), sent);
  }

  @Test
  void aSignalThatComesTwiceIsTwoObjects() throws Exception {
    assertEquals(
        "[{" + FRONT + ledger(0, 2)
            + "\"time\":1764000000000000,\"group\":\"can0.Engine\",\"values\":{\"can0.Engine.Odo\":1}},"
            + "{\"time\":1764000000000000,\"group\":\"can0.Engine\",\"values\":{\"can0.Engine.Odo\":2}}]",
        sent(
            Layout.GROUPS,
            group(START_NS, integer(ODO, Quality.OK, 1), integer(ODO, Quality.OK, 2))));
  }

  @Test
  void gzipIsTheSameTextWhateverStandsBeforeIt() throws Exception {
    for (Layout layout : List.of(Layout.ROWS, Layout.GROUPS, Layout.BATCH, Layout.THINGSBOARD)) {
      JsonFormat plain = format(layout, false, false);
      JsonFormat packed = format(layout, true, false);
      Seal late = new Seal(SEAL.stream(), 99, true);
      String wanted = text(plain.batches().messages(body(plain, all()), late).get(0));
      Message message = packed.batches().messages(body(packed, all()), late).get(0);
      assertEquals("application/json+gzip", message.contentType());
      // the counts of the second encoder are those of one more body
      assertEquals(
          wanted.replaceAll("samples_sent\":\\d+", "").replaceAll("samples_decoded\":\\d+", ""),
          text(message)
              .replaceAll("samples_sent\":\\d+", "")
              .replaceAll("samples_decoded\":\\d+", ""));
    }
  }

  @Test
  void partsTogetherAreTheWhole() throws Exception {
    SampleGroup[] groups = new SampleGroup[50];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = group(
          START_NS + i * 10_000_000L, text("}],{[\\\"" + i), integer(ODO, Quality.OK, i * 7919L));
    }
    for (boolean isPacked : List.of(false, true)) {
      for (Layout layout : List.of(Layout.ROWS, Layout.GROUPS, Layout.BATCH, Layout.THINGSBOARD)) {
        JsonFormat format = format(layout, isPacked, false);
        Bytes body = body(format, groups);
        long most = isPacked ? 700 : 1500;
        List<Message> parts = format.batches().parts(body, Bytes.EMPTY, SEAL, most);
        assertTrue(parts.size() > 1, layout + " " + parts.size());
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
          assertTrue(parts.get(i).body().length() <= most, layout + " " + i);
          String part = text(parts.get(i));
          String numbers = "\"part\":" + (i + 1) + ",\"parts\":" + parts.size() + ",";
          assertEquals(layout != Layout.THINGSBOARD, part.contains(numbers), part);
          values.append(
              part.replaceAll(".*?Odo\"(?:,\"value\")?:(\\d+)", "$1 ").replaceAll("[^ \\d].*", ""));
        }
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
          wanted.append(i * 7919L).append(' ');
        }
        assertEquals(
            wanted.toString().strip(),
            values.toString().strip().replaceAll(" +", " "),
            layout.word());
      }
    }
  }

  /** The units of 200 signals are 8 kB. */
  @Test
  void partsOfABatchHaveTheUnitsOfTheirOwnSignals() throws Exception {
    SampleGroup[] groups = new SampleGroup[200];
    for (int i = 0; i < groups.length; i++) {
      String path = "can0.Engine.S\"" + i;
      groups[i] = group(
          START_NS,
          integer(SignalSpec.of(path, "can0.Engine", "k\"\\" + i, Kind.SIGNED), Quality.OK, i));
    }
    JsonFormat format = format(Layout.BATCH, false, false);
    List<Message> parts = format.batches().parts(body(format, groups), Bytes.EMPTY, SEAL, 1500);
    assertTrue(parts.size() > 1, "parts=" + parts.size());
    int at = 0;
    for (Message part : parts) {
      StringBuilder units = new StringBuilder();
      StringBuilder objects = new StringBuilder();
      int end = at + text(part).split("\"group\":", -1).length - 1;
      for (int i = at; i < end; i++) {
        String name = "\"can0.Engine.S\\\"" + i + "\":";
        units.append(i == at ? "" : ",").append(name).append("\"k\\\"\\\\" + i + "\"");
        objects
            .append(i == at ? "" : ",")
            .append("{\"time\":1764000000000000,\"group\":\"can0.Engine\",\"values\":{" + name + i
                + "}}");
      }
      String wanted = ",\"units\":{" + units + "},\"groups\":[" + objects + "]}";
      assertTrue(text(part).endsWith(wanted), text(part) + "\n" + wanted);
      at = end;
    }
    assertEquals(200, at);
  }

  @Test
  void whatIsTooSmallForOneObjectIsNotDivided() throws Exception {
    JsonFormat format = format(Layout.ROWS, false, false);
    assertEquals(List.of(), format.batches().parts(body(format, all()), Bytes.EMPTY, SEAL, 40));
  }

  @Test
  void countsGoOnFromTheNewestBody() throws Exception {
    JsonFormat format = format(Layout.GROUPS, true, false);
    Bytes before = body(format, all());
    Encoder encoder = format
        .batches()
        .encoder(new Making(List.of(), timeline, new Health(), Bytes.ofHex("ffffffffffffffff"), 1));
    encoder.restore(before);
    encoder.lostBefore(new Losses(2, 20, 0, 0), 5);
    assertEquals(2, encoder.bootCount());
    encoder.accept(new Reading().of(group(START_NS, floating(1))), payloads::add);
    encoder.finish(payloads::add);
    String sent = text(format.batches().messages(payloads.get(1).body(), SEAL).get(0));
    assertTrue(sent.contains("\"boot\":2,"), sent);
    assertTrue(
        sent.contains("\"samples_sent\":13,\"samples_evicted\":20,\"batches_evicted\":2"), sent);
    assertThrows(
        MalformedMessageException.class,
        () -> format.batches().encoder(making).restore(Bytes.ofHex("0a0408011001")));
  }

  @Test
  void bodiesToldAnewGoOnFromTheNewestThere() throws Exception {
    JsonFormat format = format(Layout.GROUPS, false, false);
    Bytes there = body(format, all());
    Encoder encoder = format
        .batches()
        .encoder(new Making(List.of(), timeline, new Health(), Bytes.ofHex("ffffffffffffffff"), 1));
    encoder.accept(new Reading().of(group(START_NS, floating(1))), payloads::add);
    encoder.finish(payloads::add);
    Bytes told = encoder
        .retelling(Optional.of(there), new Losses(0, 0, 0, 0))
        .retold(payloads.get(1).body(), 1);
    StoredJson read = StoredJson.read(told);
    assertEquals(2, read.boot());
    assertEquals(8, read.ledger().samplesSent());
  }

  @Test
  void eventTellsWhatHappenedAndWhatWasMeasured() throws Exception {
    JsonFormat format = format(Layout.ROWS, true, false);
    SampleColumns columns = new SampleColumns(2);
    columns.add(integer(SPEED, Quality.OK, 624));
    columns.add(floating(Double.NEGATIVE_INFINITY));
    Encoder encoder = format.events().orElseThrow().encoder(making);
    encoder.accept(
        new Snapshot(
            "trigger",
            "fast",
            START_NS + 999,
            "faster than \"60\"",
            List.of("can0.Engine.Speed"),
            columns),
        payloads::add);
    Message message =
        format.events().orElseThrow().messages(payloads.get(0).body(), SEAL).get(0);
    assertEquals("caravan/v1/demo/xa-1.ä/event", message.topic());
    String sent = text(message)
        .replaceAll("\"id\":\"[0-9a-f]{32}\"", "\"id\":\"ID\"")
        .replaceAll("\"clock\":\\{[^}]*}", "CLOCK");
    assertEquals(
        "{" + FRONT
            + "\"events_evicted\":0,\"events_rejected\":0,CLOCK,\"fleet\":\"demo\",\"device\":\"xa-1.ä\",\"route\":\"cloud\","
            + "\"id\":\"ID\",\"kind\":\"trigger\",\"trigger\":\"fast\",\"time\":1764000000000000,\"text\":\"faster than \\\"60\\\"\",\"paths\":[\"can0.Engine.Speed\"],"
            + "\"samples\":[{\"time\":1764000000000000,\"signal\":\"can0.Engine.Speed\",\"value\":62.400000000000006,\"unit\":\"km/h\"},"
            + "{\"time\":1764000000000000,\"signal\":\"can0.Engine.Ratio\",\"value\":\"-Infinity\"}]}",
        sent);
  }
}
