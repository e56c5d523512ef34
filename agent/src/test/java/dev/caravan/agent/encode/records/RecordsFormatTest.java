package dev.caravan.agent.encode.records;

import static dev.caravan.agent.encode.records.MadeRecords.GEAR;
import static dev.caravan.agent.encode.records.MadeRecords.ODO;
import static dev.caravan.agent.encode.records.MadeRecords.SEAL;
import static dev.caravan.agent.encode.records.MadeRecords.SPEED;
import static dev.caravan.agent.encode.records.MadeRecords.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.v1.Record;
import dev.caravan.v1.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a route of records sends, as the generated classes read it. */
class RecordsFormatTest {
  private static final Bytes OTHER_START = Bytes.ofHex("ffffffffffffffff");

  private final MadeRecords made = new MadeRecords();
  private final Bodies batches = made.format.batches();
  private final Bodies events = made.format.events().orElseThrow();

  private static Records read(Bytes message) throws Exception {
    return Records.parseFrom(message.toArray());
  }

  private Encoder encoderOfOtherStart() {
    return batches.encoder(new Making(List.of(), made.timeline, new Health(), OTHER_START, 1));
  }

  /** By hand, after the encoding of protobuf. */
  @Test
  void oneSampleIsTheseBytes() {
    Bytes body = made.body(made.group(START_NS, made.integer(SPEED, Quality.OK, 624)));
    String hex = body.toString();
    String head = "220464656d6f" // fleet
        + "2a0778612d312ec3a4" // device
        + "3205636c6f7564" // route
        + "621030313032303330343035303630373038" // boot_id
        + "6801" // boot
        + "722d" // a record, 45 bytes
        + "0a1163616e302e456e67696e652e5370656564" // path
        + "108080898b948b9103" // time_us
        + "193433333333334f40" // 62.400000000000006
        + "4801" // quality
        + "52046b6d2f68"; // unit
    assertEquals(head, hex.substring(0, head.length()));
  }

  @Test
  void messagesAreAsTheyWereReleased() throws Exception {
    String hex = Files.readString(
        Path.of(System.getProperty("caravan.root", ".."))
            .resolve("proto/src/test/resources/golden/v1/records.hex"),
        StandardCharsets.US_ASCII);
    assertEquals(hex.replaceAll("\\s", ""), made.message(made.all()).toString());
  }

  @Test
  void valuesAreExactWhateverTheirKind() throws Exception {
    List<String> told = new ArrayList<>();
    for (Record each : read(made.message(made.all())).getRecordsList()) {
      String value = switch (each.getValueCase()) {
        case NUMBER -> Long.toHexString(Double.doubleToRawLongBits(each.getNumber()));
        case INTEGER -> String.valueOf(each.getInteger());
        case LARGE -> "large " + each.getLarge();
        case FLAG -> String.valueOf(each.getFlag());
        case TEXT -> each.getText();
        case BLOCK -> Bytes.of(each.getBlock().toByteArray()).toString();
        case VALUE_NOT_SET -> "none";
      };
      told.add((each.getTimeUs() - 1_764_000_000_000_000L) + " "
          + each.getPath().replace("can0.Engine.", "") + " " + value + " " + each.getUnit() + " "
          + each.getQuality().name().replace("QUALITY_", "")
          + (each.hasLabel() ? " " + each.getLabel() : ""));
    }
    assertEquals(
        List.of(
            "2 Speed 404f333333333334 km/h OK",
            "2 Speed 0 km/h OK",
            "2 Gear -1  OUT_OF_RANGE Rück \"1\"",
            "2 Gear 0  OK",
            "2 Odo 9007199254740993 m OK",
            "2 Odo 9223372036854775807 m OK",
            "2 Odo large 9223372036854775808 m OK",
            "2 Odo large 18446744073709551615 m OK",
            "2 Wide 9223372036854775005  OK",
            "2 Wide large -9223372036854775807995  OK",
            "100000 Ratio 3fb999999999999a  OK",
            "100000 Ratio 0  OK", // -0 * 1 + 0 is 0, as everywhere
            "100000 Ratio 7ff8000000000000  OK",
            "100000 Ratio 7ff0000000000000  OK",
            "100000 Ratio fff0000000000000  OK",
            "100000 Ratio 1  OK",
            "100000 Ratio 4340000000000001  OK",
            "200000 Note a\"\\\n\u0000😀\u202e  OK",
            "200000 Note   OK",
            "200000 Raw 00ff1a  OK",
            "200000 Raw   OK",
            "200000 Door true  OK",
            "200000 Door false  OK",
            "300000 Door none  NOT_AVAILABLE",
            "300000 Gear none  ERROR",
            "300000 Gear none  STALE",
            "300000 Gear -1  SUBSTITUTED Rück \"1\"",
            "300000 Gear none  UNDECODABLE"),
        told);
  }

  @Test
  void messageSaysWhereItBelongs() throws Exception {
    Bytes body = made.body(made.group(START_NS, made.floating(1)));
    Message message = batches.messages(body, new Seal(SEAL.stream(), 99, true)).get(0);
    assertEquals("caravan/v1/demo/xa-1.ä/data/cloud", message.topic());
    assertEquals("caravan.v1.Records", message.contentType());
    Records read = read(message.body());
    assertEquals("demo", read.getFleet());
    assertEquals("xa-1.ä", read.getDevice());
    assertEquals("cloud", read.getRoute());
    assertEquals("00112233445566aa", read.getStream());
    assertEquals(99, read.getSequence());
    assertTrue(read.getLate());
    assertEquals(0, read.getParts());
    assertEquals("0102030405060708", read.getBootId());
    assertEquals(1, read.getBoot());
    assertEquals(1, read.getLedger().getSamplesSent());
    assertTrue(read.getLedger().hasFramesOverrun(), "a zero is seen");
    assertEquals(1_764_000_000_000_000L, read.getClock().getTimeUs());
    assertTrue(read(batches.messages(body, SEAL).get(0).body()).hasLate(), "a zero is seen");
  }

  @Test
  void partsTogetherAreTheWhole() throws Exception {
    SampleGroup[] groups = new SampleGroup[50];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = made.group(
          START_NS + i * 10_000_000L, made.text("n".repeat(i)), made.integer(ODO, Quality.OK, i));
    }
    Bytes body = made.body(groups);
    List<Message> parts = batches.parts(body, Bytes.EMPTY, SEAL, 500);
    assertTrue(parts.size() > 10, parts.size() + " parts");
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      assertTrue(parts.get(i).body().length() <= 500, "part " + i);
      Records part = read(parts.get(i).body());
      assertEquals(i + 1, part.getPart());
      assertEquals(parts.size(), part.getParts());
      assertEquals(12, part.getSequence());
      assertEquals(100, part.getLedger().getSamplesSent());
      records.addAll(part.getRecordsList());
    }
    assertEquals(read(body).getRecordsList(), records);
    assertEquals(List.of(), batches.parts(body, Bytes.EMPTY, SEAL, 200), "a record alone is more");
  }

  @Test
  void countsGoOnFromTheNewestBody() throws Exception {
    Bytes before = made.body(made.all());
    Encoder encoder = encoderOfOtherStart();
    encoder.restore(before);
    encoder.lostBefore(new Losses(2, 20, 0, 0), 5);
    assertEquals(2, encoder.bootCount());
    encoder.accept(new Reading().of(made.group(START_NS, made.floating(1))), made.payloads::add);
    encoder.finish(made.payloads::add);
    Records read = read(made.payloads.get(1).body());
    assertEquals(2, read.getBoot());
    assertEquals(28 + 5 + 1, read.getLedger().getSamplesSent());
    assertEquals(20, read.getLedger().getSamplesEvicted());
    assertEquals(2, read.getLedger().getBatchesEvicted());
    // a body of columns
    assertThrows(
        MalformedMessageException.class,
        () -> encoderOfOtherStart().restore(Bytes.ofHex("1a087d547333f942e4af")));
  }

  @Test
  void bodiesToldAnewGoOnFromTheNewestThere() throws Exception {
    Bytes there = made.body(made.all());
    Encoder encoder = encoderOfOtherStart();
    encoder.accept(new Reading().of(made.group(START_NS, made.floating(1))), made.payloads::add);
    encoder.finish(made.payloads::add);
    Bytes body = made.payloads.get(1).body();
    Records told = read(encoder.retelling(Optional.of(there), Losses.NONE).retold(body, 1));
    assertEquals(2, told.getBoot());
    assertEquals(29, told.getLedger().getSamplesSent());
    assertEquals(read(body).getRecordsList(), told.getRecordsList());
  }

  @Test
  void eventTellsWhatHappenedAndWhatWasMeasured() throws Exception {
    Bytes body =
        made.event(made.integer(SPEED, Quality.OK, 624), made.integer(GEAR, Quality.OK, -1));
    Message message = events.messages(body, SEAL).get(0);
    assertEquals("caravan/v1/demo/xa-1.ä/event", message.topic());
    assertEquals("caravan.v1.Records", message.contentType());
    Records read = read(message.body());
    assertEquals("cloud", read.getRoute());
    assertEquals(12, read.getSequence());
    Records.Event event = read.getEvent();
    assertTrue(event.getId().matches("[0-9a-f]{32}"), event.getId());
    assertEquals("trigger", event.getKind());
    assertEquals("fast", event.getTrigger());
    assertEquals(1_764_000_000_000_000L, event.getTimeUs());
    assertEquals("faster than \"60\"", event.getText());
    assertEquals(List.of("can0.Engine.Speed"), event.getPathsList());
    assertTrue(event.hasEventsEvicted(), "a zero is seen");
    assertEquals(2, read.getRecordsCount());
    assertEquals("Rück \"1\"", read.getRecords(1).getLabel());
  }

  @Test
  void eventsGoOnWithWhatWasLost() throws Exception {
    Bytes body = made.event();
    Encoder encoder = events.encoder(made.making);
    Bytes retold = encoder.retelling(Optional.empty(), new Losses(3, 3, 2, 2)).retold(body, 1);
    assertEquals(3, read(retold).getEvent().getEventsEvicted());
    assertEquals(2, read(retold).getEvent().getEventsRejected());
    encoder.restore(retold);
    assertThrows(
        MalformedMessageException.class, () -> encoder.restore(Bytes.ofHex("0a04010203041001")));
    assertEquals(
        List.of(),
        events.parts(body, Bytes.EMPTY, SEAL, 50),
        "an event without samples is not divided");
  }
}
