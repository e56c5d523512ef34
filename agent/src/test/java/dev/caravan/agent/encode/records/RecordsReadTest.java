package dev.caravan.agent.encode.records;

import static dev.caravan.agent.encode.records.MadeRecords.ODO;
import static dev.caravan.agent.encode.records.MadeRecords.SEAL;
import static dev.caravan.agent.encode.records.MadeRecords.SPEED;
import static dev.caravan.agent.encode.records.MadeRecords.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.Seal;
import dev.caravan.v1.Record;
import dev.caravan.v1.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages of records are read by whoever reads those of columns, without a schema. */
class RecordsReadTest {
  private final MadeRecords made = new MadeRecords();
  private final List<String> told = new ArrayList<>();
  private Optional<LedgerCounts> ledger = Optional.empty();

  private final Receiver receiver = new Receiver(
      new Receiver.Listener() {
        @Override
        public void batch(StreamKey stream, ReadBatch batch, int samples) {
          ledger = batch.ledger();
        }

        @Override
        public void sample(StreamKey stream, long sequence, BatchSample sample) {
          told.add(line(sample));
        }

        @Override
        public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
          told.add(stream + " " + event.kind() + " " + event.trigger() + " " + event.text() + " "
              + event.timeUs());
          samples.forEach(sample -> told.add(line(sample)));
        }

        @Override
        public void gap(StreamKey stream, long from, long to) {
          told.add("gap " + from + ".." + to);
        }

        @Override
        public void again(StreamKey stream, long sequence, boolean isOther) {
          told.add("again " + sequence + " " + isOther);
        }
      },
      Room.share(3));

  private static String line(BatchSample sample) {
    String value = switch (sample.signal().kind()) {
      case TEXT -> sample.text();
      case BYTES -> sample.bytes().toString();
      case DOUBLE -> Long.toHexString(sample.rawBits());
      case UNSIGNED -> Long.toUnsignedString(sample.rawBits());
      default -> String.valueOf(sample.rawBits());
    };
    return (sample.timeUs() - 1_764_000_000_000_000L) + " "
        + sample.signal().path().replace("can0.Engine.", "") + " "
        + (sample.quality().hasValue() ? value : "none") + " " + sample.signal().unit() + " "
        + sample.quality() + sample.label().map(label -> " " + label).orElse("");
  }

  private void arrived(List<Message> messages) {
    messages.forEach(each -> receiver.arrived(each.topic(), each.body()));
  }

  private List<Message> sent(long sequence, SampleGroup... groups) {
    return made.format
        .batches()
        .messages(made.body(groups), new Seal(SEAL.stream(), sequence, false));
  }

  @Test
  void samplesComeOutAsTheyWentIn() {
    arrived(sent(1, made.all()));
    assertEquals(
        List.of(
            "2 Speed 404f333333333334 km/h OK",
            "2 Speed 0 km/h OK",
            "2 Gear -1  OUT_OF_RANGE Rück \"1\"",
            "2 Gear 0  OK",
            "2 Odo 9007199254740993 m OK",
            "2 Odo 9223372036854775807 m OK",
            "2 Odo 9223372036854775808 m OK",
            "2 Odo 18446744073709551615 m OK",
            "2 Wide 9223372036854775005  OK",
            "2 Wide -9223372036854775807995  OK",
            "100000 Ratio 3fb999999999999a  OK",
            "100000 Ratio 0  OK",
            "100000 Ratio 7ff8000000000000  OK",
            "100000 Ratio 7ff0000000000000  OK",
            "100000 Ratio fff0000000000000  OK",
            "100000 Ratio 1  OK",
            "100000 Ratio 4340000000000001  OK",
            "200000 Note a\"\\\n\u0000😀\u202e  OK",
            "200000 Note   OK",
            "200000 Raw 00ff1a  OK",
            "200000 Raw   OK",
            "200000 Door 1  OK",
            "200000 Door 0  OK",
            // by signal, in the order in which they came first
            "300000 Gear none  ERROR",
            "300000 Gear none  STALE",
            "300000 Gear -1  SUBSTITUTED Rück \"1\"",
            "300000 Gear none  UNDECODABLE",
            "300000 Door none  NOT_AVAILABLE"),
        told);
    assertEquals(28, ledger.orElseThrow().samplesSent());
  }

  @Test
  void partsGapsAndMessagesThatComeTwiceAreSeen() throws Exception {
    SampleGroup[] groups = new SampleGroup[20];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = made.group(START_NS + i * 10_000_000L, made.integer(ODO, Quality.OK, i));
    }
    Seal first = new Seal(SEAL.stream(), 1, false);
    List<Message> parts = made.format.batches().parts(made.body(groups), Bytes.EMPTY, first, 400);
    assertTrue(parts.size() > 2, parts.size() + " parts");
    arrived(parts.subList(1, parts.size()));
    assertEquals(List.of(), told);
    arrived(parts.subList(0, 1));
    assertEquals(20, told.size());
    told.clear();
    List<Message> third = sent(3, made.group(START_NS, made.integer(ODO, Quality.OK, 7)));
    arrived(third);
    arrived(third);
    arrived(sent(3, made.group(START_NS, made.integer(ODO, Quality.OK, 8))));
    receiver.end();
    assertEquals(List.of("0 Odo 7 m OK", "again 3 false", "again 3 true", "gap 2..2"), told);
  }

  @Test
  void eventComesWithItsSamples() {
    arrived(made.format
        .events()
        .orElseThrow()
        .messages(made.event(made.integer(SPEED, Quality.OK, 624)), SEAL));
    assertEquals(
        List.of(
            "demo/xa-1.ä/cloud events trigger fast faster than \"60\" 1764000000000000",
            "0 Speed 404f333333333334 km/h OK"),
        told);
    arrived(made.format.events().orElseThrow().messages(made.event(), SEAL.ofPart(0, 0)));
    assertTrue(told.get(2).startsWith("again 12 true"), "another event of the same sequence");
  }

  @Test
  void qualitiesThatAreNotKnownAreNotBelieved() throws Exception {
    Records records = Records.newBuilder()
        .setFleet("f")
        .addRecords(Record.newBuilder().setNumber(1).setQualityValue(257))
        .addRecords(Record.newBuilder().setNumber(1))
        .build();
    ReadBatch batch = BatchReader.batch(Bytes.of(records.toByteArray()), SchemaDescription.NONE);
    batch.samples().forEachRemaining(sample -> assertEquals(Quality.UNDECODABLE, sample.quality()));
    assertEquals(2, batch.sampleCount());
  }

  @Test
  void whateverIsWrongIsSaidAndNothingElse() {
    for (Bytes golden : List.of(
        made.message(made.all()),
        made.format
            .events()
            .orElseThrow()
            .messages(made.event(made.all()[0].sample(0)), SEAL)
            .get(0)
            .body())) {
      byte[] bytes = golden.toArray();
      for (int at = 0; at < bytes.length; at++) {
        // each bit of a byte, from record to record
        bytes[at] ^= (byte) (1 << at % 8);
        read(Bytes.of(bytes));
        bytes[at] ^= (byte) (1 << at % 8);
        read(Bytes.of(bytes, 0, at));
      }
      Random random = new Random(20_261_123);
      for (int round = 0; round < 1000; round++) {
        byte[] changed = bytes.clone();
        for (int change = 0; change <= random.nextInt(6); change++) {
          changed[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
        }
        read(Bytes.owning(changed));
      }
    }
  }

  private void read(Bytes message) {
    receiver.arrived("caravan/v1/demo/a/data/cloud", message);
    receiver.arrived("caravan/v1/demo/a/event", message);
    try {
      ReadBatch batch = BatchReader.batch(message, SchemaDescription.NONE);
      batch.samples().forEachRemaining(sample -> {
        sample.value();
        sample.label();
      });
      EventReader.event(message);
    } catch (MalformedMessageException e) {
      assertTrue(
          String.valueOf(e.getMessage()).matches("(?s)(records|batch|event).*"), e::getMessage);
    }
  }

  @Test
  void moreThanFitIsRefused() {
    byte[] many = new byte[3 + 2 * 2_000_000];
    many[0] = 0x22;
    for (int i = 2; i + 1 < many.length; i += 2) {
      many[i] = 0x72;
    }
    MalformedMessageException refusal = assertThrows(
        MalformedMessageException.class,
        () -> BatchReader.batch(Bytes.owning(many), SchemaDescription.NONE));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith("records"), refusal.getMessage());
  }
}
