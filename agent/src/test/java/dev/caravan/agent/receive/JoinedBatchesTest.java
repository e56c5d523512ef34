package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.TelemetrySplitter;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import dev.caravan.v1.Batch;
import dev.caravan.v1.JoinedBatches;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that comes alone, joined to others, or in parts is one batch, whichever comes first. */
class JoinedBatchesTest {
  private static final DeviceName DEVICE = new DeviceName("east", "xa-1");
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("0101010101010101"));
  private static final int BATCHES = 40;
  private static final long MANY_BYTES = 1 << 20;

  private final List<Payload> made = MadeBatches.make(BATCHES);
  private final List<String> told = new ArrayList<>();
  private final AuditBooks books = new AuditBooks(Room.share(4), told::add);
  private final Receiver audited = new Receiver(books, Room.share(4));

  /** By sequence, in the order in which they came. */
  private final Map<Long, List<BatchSample>> samples = new TreeMap<>();

  private final Receiver receiver = new Receiver(
      new Receiver.Listener() {
        @Override
        public void sample(StreamKey stream, long sequence, BatchSample sample) {
          samples.computeIfAbsent(sequence, any -> new ArrayList<>()).add(sample);
        }

        @Override
        public void tells(String words) {
          told.add(words);
        }
      },
      Room.share(4));

  private void to(String topic, Bytes message) {
    receiver.arrived(topic, message);
    audited.arrived(topic, message);
  }

  private void arrives(Bytes message) {
    to(Topics.USUAL.data(DEVICE, "cloud"), message);
  }

  private void schemaArrives() {
    Payload.Schema schema = made.get(0).schema();
    to(Topics.USUAL.schema(DEVICE, schema.id()), schema.content());
  }

  private static Seal seal(long sequence, boolean isLate) {
    return new Seal(STREAM, sequence, isLate);
  }

  private Bytes body(long sequence) {
    return made.get((int) sequence - 1).body();
  }

  private Bytes alone(long sequence, boolean isLate) {
    return TelemetryEnvelope.around(body(sequence), seal(sequence, isLate));
  }

  private Bytes joined(long from, long to) {
    List<Bytes> bodies =
        made.subList((int) from - 1, (int) to).stream().map(Payload::body).toList();
    JoinedMessage message =
        JoinedMessage.of(bodies, seal(from, true), MANY_BYTES).orElseThrow();
    assertEquals(bodies.size(), message.count());
    return message.message();
  }

  private List<Bytes> parts(long sequence) throws MalformedMessageException {
    List<Bytes> bodies = new ArrayList<>();
    for (long most = body(sequence).length(); bodies.size() < 2; most--) {
      bodies = TelemetrySplitter.split(body(sequence), made.get(0).schema().content(), most);
    }
    List<Bytes> parts = new ArrayList<>();
    for (Bytes each : bodies) {
      parts.add(TelemetryEnvelope.around(
          each, seal(sequence, true).ofPart(parts.size() + 1, bodies.size())));
    }
    return parts;
  }

  private Map<Long, List<BatchSample>> samplesAlone() {
    for (int i = 1; i <= BATCHES; i++) {
      arrives(alone(i, false));
    }
    Map<Long, List<BatchSample>> all = new TreeMap<>(samples);
    samples.clear();
    return all;
  }

  /** Seeds; each is another interleaving, in which everything comes at least once and much twice. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void anyInterleavingGivesTheSameSamplesAndCleanBooks(int seed) throws MalformedMessageException {
    JoinedBatchesTest plain = new JoinedBatchesTest();
    plain.schemaArrives();
    Map<Long, List<BatchSample>> expected = plain.samplesAlone();
    assertEquals(BATCHES, expected.size());

    Random random = new Random(seed);
    List<Bytes> messages = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (long at = 1; at <= BATCHES; ) {
        long last = Math.min(BATCHES, at + random.nextInt(7));
        if (last > at) {
          messages.add(joined(at, last));
        } else if (random.nextBoolean()) {
          messages.addAll(parts(at));
        } else {
          messages.add(alone(at, random.nextBoolean()));
        }
        at = last + 1;
      }
    }
    Collections.shuffle(messages, random);
    int schemaAt = random.nextInt(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      if (i == schemaAt) {
        schemaArrives();
      }
      arrives(messages.get(i));
    }
    receiver.end();
    audited.end();
    assertEquals(expected, samples);
    Receiver.Counts counts = receiver.counts();
    assertEquals(BATCHES, counts.batches());
    assertEquals(0, counts.gaps() + counts.conflicts() + counts.unreadable() + counts.gone());
    StringWriter report = new StringWriter();
    assertTrue(books.report(audited.counts(), new PrintWriter(report)), report::toString);
  }

  @Test
  void holeBesideJoinedBatchesIsMissed() {
    schemaArrives();
    arrives(alone(1, false));
    arrives(joined(2, 4));
    arrives(joined(7, 9));
    receiver.end();
    assertEquals(1, receiver.counts().gaps());
    assertEquals(7, receiver.counts().batches());
  }

  @Test
  void otherContentOfASequenceThatCameJoinedIsAConflict() {
    schemaArrives();
    arrives(joined(2, 4));
    arrives(TelemetryEnvelope.around(body(8), seal(3, true)));
    assertEquals(1, receiver.counts().conflicts());
    arrives(alone(3, false));
    assertEquals(1, receiver.counts().duplicates());
  }

  @Test
  void joinedBatchesWaitForTheirSchema() {
    arrives(joined(1, 30));
    assertEquals(0, receiver.counts().batches());
    schemaArrives();
    assertEquals(30, receiver.counts().batches());
  }

  @Test
  void oneUnreadableBatchTakesNoneBesideItAlong() throws Exception {
    schemaArrives();
    JoinedBatches batches = JoinedBatches.newBuilder()
        .addBatches(inner(1))
        .addBatches(Batch.newBuilder().setEncodingValue(2))
        .addBatches(inner(3))
        .build();
    arrives(joined(batches, 1, 3));
    assertEquals(2, receiver.counts().batches());
    assertEquals(1, receiver.counts().unreadable());
  }

  private Batch inner(long sequence) throws Exception {
    return Batch.parseFrom(body(sequence).toArray()).toBuilder()
        .clearSchemaId()
        .clearKeptLedger()
        .build();
  }

  private Bytes joined(JoinedBatches batches, long from, long last) {
    return Bytes.owning(Batch.newBuilder()
        .setSequence(from)
        .setLast(last)
        .setEncodingValue(4)
        .setStream(ByteString.copyFrom(STREAM.bytes().toArray()))
        .setSchemaId(ByteString.copyFrom(made.get(0).schema().id().toArray()))
        .setJoined(batches.toByteString())
        .build()
        .toByteArray());
  }

  @Test
  void joinedBatchesThatAreNotAsManyAsTheySayAreRefused() throws Exception {
    schemaArrives();
    JoinedBatches two =
        JoinedBatches.newBuilder().addBatches(inner(1)).addBatches(inner(2)).build();
    for (long last : new long[] {1, 3, 4, 1025, -1, Long.MAX_VALUE}) {
      arrives(joined(two, 1, last));
    }
    arrives(joined(two, Long.MAX_VALUE, Long.MIN_VALUE));
    arrives(joined(two, 0, -1));
    assertEquals(0, receiver.counts().batches());
    assertEquals(8, receiver.counts().unreadable());
    arrives(joined(two, 1, 2));
    assertEquals(2, receiver.counts().batches());
  }

  @Test
  void joinedBatchesInJoinedOnesAndPartsInThemAreRefused() throws Exception {
    schemaArrives();
    JoinedBatches two =
        JoinedBatches.newBuilder().addBatches(inner(1)).addBatches(inner(2)).build();
    Batch inside = Batch.parseFrom(joined(two, 2, 3).toArray());
    Batch part = inner(2).toBuilder().setPart(1).setParts(2).build();
    for (Batch second : List.of(inside, part)) {
      arrives(joined(
          JoinedBatches.newBuilder().addBatches(inner(1)).addBatches(second).build(), 1, 2));
    }
    assertEquals(0, receiver.counts().batches());
    assertEquals(2, receiver.counts().unreadable());
  }

  /** A few bytes that unpack to 4,000,000 batches without a byte: as many as it says are looked at, and no more. */
  @Test
  void endlessEmptyBatchesAreRefused() throws Exception {
    byte[] empties = new byte[8 << 20];
    for (int i = 0; i < empties.length; i += 2) {
      empties[i] = 1 << 3 | 2;
    }
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(empties);
    deflater.finish();
    byte[] packed = new byte[1 << 20];
    int size = deflater.deflate(packed);
    deflater.end();
    schemaArrives();
    for (long last : new long[] {2, 1024}) {
      Batch bomb =
          Batch.parseFrom(joined(JoinedBatches.getDefaultInstance(), 1, last).toArray());
      arrives(Bytes.owning(bomb.toBuilder()
          .setEncodingValue(5)
          .setJoined(ByteString.copyFrom(packed, 0, size))
          .build()
          .toByteArray()));
    }
    assertEquals(0, receiver.counts().batches());
    assertEquals(2, receiver.counts().unreadable());
  }

  @Test
  void spoiltJoinedBatchesSpoilNothingElse() {
    schemaArrives();
    byte[] whole = joined(2, 9).toArray();
    Random random = new Random(1);
    for (int i = 0; i < 4000; i++) {
      byte[] spoilt = whole.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        spoilt[random.nextInt(spoilt.length)] ^= (byte) (1 << random.nextInt(8));
      }
      receiver.arrived(Topics.USUAL.data(DEVICE, "cloud"), Bytes.owning(spoilt));
    }
    StreamId other = new StreamId(Bytes.ofHex("0909090909090909"));
    long before = receiver.counts().batches();
    receiver.arrived(
        Topics.USUAL.data(DEVICE, "cloud"),
        TelemetryEnvelope.around(body(1), new Seal(other, 1, false)));
    assertEquals(before + 1, receiver.counts().batches());
  }

  @Test
  void joinedAreFewerBytes() {
    long alone = 0;
    for (int i = 1; i <= BATCHES; i++) {
      alone += alone(i, true).length();
    }
    long together = joined(1, BATCHES).length();
    assertTrue(together * 3 < alone, "joined=" + together + ", alone=" + alone);
  }
}
