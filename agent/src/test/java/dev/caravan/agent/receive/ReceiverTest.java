package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import dev.caravan.v1.Status;
import dev.caravan.v1.StreamKind;
import dev.caravan.v1.StreamStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of several devices, one after the other and beside each other. */
class ReceiverTest {
  private static final DeviceName EAST = new DeviceName("east", "xa-1");
  private static final DeviceName WEST = new DeviceName("west", "xa-1");
  private static final StreamId FIRST = new StreamId(Bytes.ofHex("0101010101010101"));
  private static final StreamId SECOND = new StreamId(Bytes.ofHex("0202020202020202"));
  private static final int PATIENCE = 32;

  private final List<Payload> batches = MadeBatches.make(60);
  private final List<String> told = new ArrayList<>();
  private final AuditBooks books = new AuditBooks(Room.share(4), told::add);
  private long samples;
  private final Receiver receiver = new Receiver(
      new Receiver.Listener() {
        @Override
        public void sample(StreamKey stream, long sequence, BatchSample sample) {
          samples++;
        }

        @Override
        public void gap(StreamKey stream, long from, long to) {
          told.add("gap " + stream + " " + from + ".." + to);
        }

        @Override
        public void tells(String words) {
          told.add(words);
        }
      },
      Room.share(4));
  private final Receiver audited = new Receiver(books, Room.share(4));

  @BeforeEach
  void schemaIsThere() {
    to(
        Topics.USUAL.schema(EAST, batches.get(0).schema().id()),
        batches.get(0).schema().content());
  }

  private void to(String topic, Bytes message) {
    receiver.arrived(topic, message);
    audited.arrived(topic, message);
  }

  /** The batch of that number. */
  private void batch(DeviceName device, StreamId stream, int... sequences) {
    for (int sequence : sequences) {
      as(device, stream, sequence, sequence, false);
    }
  }

  private void as(DeviceName device, StreamId stream, long sequence, int made, boolean isLate) {
    Seal seal = new Seal(stream, sequence, isLate);
    to(
        Topics.USUAL.data(device, "cloud"),
        TelemetryEnvelope.around(batches.get(made - 1).body(), seal));
  }

  private void through(DeviceName device, StreamId stream, int from, int to) {
    for (int sequence = from; sequence <= to; sequence++) {
      batch(device, stream, sequence);
    }
  }

  private void started(DeviceName device, String bootId, StreamId... streams) {
    Status.Builder status =
        Status.newBuilder().setBootId(ByteString.copyFrom(Bytes.ofHex(bootId).toArray()));
    for (StreamId stream : streams) {
      status.addStreams(StreamStatus.newBuilder()
          .setRoute("cloud")
          .setKind(StreamKind.STREAM_KIND_DATA)
          .setStream(ByteString.copyFrom(stream.bytes().toArray())));
    }
    to(
        Topics.USUAL.plain(device, Topics.Kind.STATUS),
        Bytes.owning(status.build().toByteArray()));
  }

  private List<String> report() {
    audited.end();
    StringWriter out = new StringWriter();
    books.report(audited.counts(), new PrintWriter(out, true));
    return out.toString().lines().toList();
  }

  @Test
  void replacedStreamIsSaidOnceAndAllOfItComesOut() {
    batch(EAST, FIRST, 1, 2, 3);
    as(EAST, SECOND, 1, 4, false);
    as(EAST, SECOND, 2, 5, false);
    as(EAST, SECOND, 2, 5, false);
    batch(EAST, FIRST, 4);
    as(EAST, SECOND, 3, 6, false);
    receiver.end();
    assertEquals(
        List.of(
            "east/xa-1/cloud: a new stream began (its store was replaced, or the disk was away)",
            "east/xa-1/cloud: a new stream began (its store was replaced, or the disk was away)"),
        told,
        "once by each of the two readers");
    assertEquals(21, samples);
    assertEquals(
        "batches 7, samples 21, gaps 0, duplicates 1, conflicts 0",
        receiver.counts().toString());
  }

  @Test
  void eachStreamIsAuditedAndTheirSumIsSaid() {
    batch(EAST, FIRST, 1, 2, 4);
    batch(EAST, SECOND, 1, 2);
    List<String> lines = report();
    assertEquals(
        "east/xa-1/cloud, stream 0101010101010101: sequence 1..4, batches 3, missing 1 (named 0),"
            + " again 0, two contents 0, samples 9, missing not known: DISAGREEMENT: batches missing 1, first 3,"
            + " named as lost 0",
        lines.get(0));
    assertEquals(
        "east/xa-1/cloud, stream 0202020202020202: sequence 1..2, batches 2, missing 0 (named 0),"
            + " again 0, two contents 0, samples 6, missing 0: complete",
        lines.get(1));
    assertEquals(
        "east/xa-1/cloud: streams 2, batches 5, missing 1 (named 0), again 0, two contents 0: DISAGREEMENT",
        lines.get(2));
  }

  @Test
  void numberWithTwoContentsInOneStreamIsAConflictAndInTwoIsNone() {
    as(EAST, FIRST, 1, 1, false);
    as(EAST, SECOND, 1, 2, false);
    assertEquals(0, receiver.counts().conflicts());
    as(EAST, SECOND, 1, 3, false);
    assertEquals(1, receiver.counts().conflicts());
  }

  @Test
  void twoFleetsWithOneDeviceIdAreTwoDevices() {
    batch(EAST, StreamId.NONE, 1, 2, 3);
    batch(WEST, StreamId.NONE, 1, 3);
    assertEquals(15, samples);
    List<String> lines = report();
    assertEquals("east/xa-1/cloud: sequence 1..3", lines.get(0).split(",", -1)[0]);
    assertEquals("west/xa-1/cloud: sequence 1..3", lines.get(1).split(",", -1)[0]);
    assertEquals("missing 1", lines.get(1).split(", ", -1)[2].substring(0, 9));
    assertEquals(List.of(), told);
  }

  @Test
  void clonedCardInTwoDevicesIsNoConflict() {
    batch(EAST, FIRST, 1, 2, 3);
    as(WEST, FIRST, 1, 7, false);
    batch(WEST, FIRST, 2, 3);
    assertEquals(
        "batches 6, samples 18, gaps 0, duplicates 0, conflicts 0",
        receiver.counts().toString());
    assertEquals(List.of(), told);
  }

  @Test
  void eventsOfAClonedCardComeOutOfBothDevices() {
    MadeEvents made = new MadeEvents();
    Payload event = made.make(2);
    to(Topics.USUAL.schema(EAST, event.schema().id()), event.schema().content());
    for (DeviceName device : List.of(EAST, WEST)) {
      for (long sequence : new long[] {0, 1}) {
        to(
            Topics.USUAL.plain(device, Topics.Kind.EVENT),
            EventEnvelope.around(event.body(), new Seal(FIRST, sequence, false)));
      }
    }
    assertEquals(
        "batches 0, samples 0, gaps 0, duplicates 0, conflicts 2, events 2",
        receiver.counts().toString(),
        "one id under two numbers is a conflict in each of them");
  }

  @Test
  void beginningOfANewStreamIsMissedWhereTheAgentWasSeenToStart() {
    started(EAST, "aa");
    through(EAST, FIRST, 1, 3);
    started(EAST, "bb");
    told.clear();
    through(EAST, SECOND, 3, 4 + PATIENCE);
    assertEquals(1, told.stream().filter("gap east/xa-1/cloud 1..2"::equals).count());
    assertEquals("missing 2", report().get(1).split(", ", -1)[3].substring(0, 9));
  }

  @Test
  void beginningOfAStreamThatMayHaveBegunBeforeIsNotMissed() {
    // one that was there before, seen first by what it sends live
    through(EAST, FIRST, 3, 4 + PATIENCE);
    // the same start: a disk that was away comes back
    through(EAST, SECOND, 5, 6 + PATIENCE);
    // another device was started meanwhile
    started(WEST, "aa");
    started(WEST, "bb");
    through(EAST, new StreamId(Bytes.ofHex("0303030303030303")), 5, 6 + PATIENCE);
    receiver.end();
    assertEquals(0, receiver.counts().gaps());
  }

  @Test
  void beginningOfAStreamWhoseBacklogComesFirstIsNotMissed() {
    started(EAST, "aa");
    started(EAST, "bb");
    as(EAST, SECOND, 30, 30, true);
    through(EAST, SECOND, 31, 33 + PATIENCE - 10);
    receiver.end();
    assertEquals(0, receiver.counts().gaps());
  }

  @Test
  void streamThatADeviceListsAndOfWhichNothingCameIsTold() {
    batch(EAST, FIRST, 1, 2);
    started(EAST, "aa", FIRST, SECOND);
    started(WEST, "aa", FIRST);
    List<String> lines = report();
    assertEquals(
        List.of(
            "east/xa-1/cloud, stream 0202020202020202: listed by the device, nothing arrived",
            "west/xa-1/cloud, stream 0101010101010101: listed by the device, nothing arrived"),
        lines.subList(1, lines.size()));
  }

  @Test
  void tenThousandEqualCarsHaveOneSchemaAndFindRoomIn64MiB() {
    Receiver fleet = new Receiver(new Receiver.Listener() {}, Room.of(64 << 20));
    Set<Bytes> ids = new HashSet<>();
    for (int car = 1; car <= 10_000; car++) {
      Bytes own = Bytes.ofHex(String.format(Locale.ROOT, "%016x", car));
      List<Payload> made = MadeBatches.make(2, own);
      ids.add(made.get(0).schema().id());
      DeviceName device = new DeviceName("east", "car-" + car);
      fleet.arrived(
          Topics.USUAL.schema(device, made.get(0).schema().id()),
          made.get(0).schema().content());
      for (int sequence : List.of(1, 2, 1)) {
        Seal seal = new Seal(new StreamId(own), sequence, false);
        fleet.arrived(
            Topics.USUAL.data(device, "cloud"),
            TelemetryEnvelope.around(made.get(sequence - 1).body(), seal));
      }
    }
    fleet.end();
    assertEquals(1, ids.size());
    assertEquals(
        "batches 20000, samples 60000, gaps 0, duplicates 10000, conflicts 0",
        fleet.counts().toString());
  }

  @Test
  void equalSchemasOfManyDevicesAreOneCopy() {
    batch(EAST, FIRST, 1);
    for (int i = 0; i < 100; i++) {
      DeviceName device = new DeviceName("east", "xa-" + i);
      to(
          Topics.USUAL.schema(device, batches.get(0).schema().id()),
          batches.get(0).schema().content());
      batch(device, FIRST, 1);
    }
    List<Integer> signals = new ArrayList<>();
    Receiver other = new Receiver(
        new Receiver.Listener() {
          @Override
          public void sample(StreamKey stream, long sequence, BatchSample sample) {
            signals.add(System.identityHashCode(sample.signal()));
          }
        },
        Room.share(4));
    for (int i = 0; i < 3; i++) {
      other.arrived(
          Topics.USUAL.schema(
              new DeviceName("f", "d" + i), batches.get(0).schema().id()),
          batches.get(0).schema().content());
      other.arrived(
          Topics.USUAL.data(new DeviceName("f", "d" + i), "r"),
          TelemetryEnvelope.around(batches.get(0).body(), 1, false).toArray());
    }
    assertEquals(9, signals.size());
    assertEquals(1, signals.stream().distinct().count());
    assertEquals(100, receiver.counts().batches());
  }
}
