package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Any messages on any topics: nothing is thrown, what is told to a listener agrees with the counts, and good messages behind them
 * come out all the same. The input is messages one behind the other: a byte for the topic, two for the length, and so many bytes; topics above
 * those of the list begin with a topic of their own, a byte for its length before it.
 */
class ReceiverFuzzTest {
  private static final List<String> TOPICS = List.of(
      "caravan/v1/f/d/data/r",
      "caravan/v1/f/d/event",
      "caravan/v1/f/d/status",
      "caravan/v1/f/d/schema/00",
      "caravan/v1/g/d/data/r",
      "caravan/v1/f/d/schema/" + batch().schema().id());

  private static Payload batch() {
    return MadeBatches.make(1).get(0);
  }

  private static final class Told implements Receiver.Listener {
    private long batches;
    private long samples;
    private long said;
    private long events;
    private long again;

    @Override
    public void batch(StreamKey stream, ReadBatch batch, int count) {
      batches++;
      said += count;
    }

    @Override
    public void sample(StreamKey stream, long sequence, BatchSample sample) {
      samples++;
      assertTrue(sequence >= 0, "sequence");
    }

    @Override
    public void event(StreamKey stream, ReadEvent event, ReadSamples around) {
      events++;
      int[] walked = new int[1];
      around.forEach(any -> walked[0]++);
      assertEquals(around.count(), walked[0]);
    }

    @Override
    public void again(StreamKey stream, long sequence, boolean isOther) {
      again++;
    }
  }

  @FuzzTest(maxDuration = "3m")
  void whateverComesCountsAndGoodMessagesComeOut(byte[] data) {
    Told told = new Told();
    Receiver receiver = new Receiver(told, Room.of(4 << 20));
    AuditBooks books = new AuditBooks(Room.of(1 << 20), words -> {});
    Receiver audited = new Receiver(books, Room.of(4 << 20));
    int at = 0;
    while (at + 3 <= data.length) {
      int which = data[at] & 0xFF;
      int length = ((data[at + 1] & 0xFF) << 8) | (data[at + 2] & 0xFF);
      int to = Math.min(data.length, at + 3 + length);
      byte[] payload = Arrays.copyOfRange(data, at + 3, to);
      String topic = TOPICS.get(which % TOPICS.size());
      if (which >= 128 && payload.length > 0) {
        int chars = Math.min(payload[0] & 0xFF, payload.length - 1);
        topic = new String(payload, 1, chars, StandardCharsets.UTF_8);
        payload = Arrays.copyOfRange(payload, 1 + chars, payload.length);
      }
      receiver.arrived(topic, payload);
      audited.arrived(topic, payload);
      at = to;
    }
    goodOnesComeOut(receiver, told);
    receiver.end();
    audited.end();
    Receiver.Counts counts = receiver.counts();
    assertEquals(counts.batches(), told.batches);
    assertEquals(counts.samples(), told.samples);
    assertEquals(told.said, told.samples);
    assertEquals(counts.events(), told.events);
    assertEquals(counts.duplicates() + counts.conflicts(), told.again);
    books.report(audited.counts(), new PrintWriter(Writer.nullWriter()));
  }

  /** Of a device and a stream that nobody guesses. */
  private static void goodOnesComeOut(Receiver receiver, Told told) {
    Payload batch = batch();
    Payload event = new MadeEvents().make(2);
    Seal seal = new Seal(new StreamId(Bytes.ofHex("6b1d5fa07c3e9824")), 1, false);
    String device = "caravan/v1/fleet/nobody-guesses-6b1d5fa0/";
    receiver.arrived(device + "schema/" + batch.schema().id(), batch.schema().content());
    receiver.arrived(device + "schema/" + event.schema().id(), event.schema().content());
    long batches = told.batches;
    long events = told.events;
    receiver.arrived(device + "data/r", TelemetryEnvelope.around(batch.body(), seal));
    receiver.arrived(device + "event", EventEnvelope.around(event.body(), seal));
    assertEquals(batches + 1, told.batches);
    assertEquals(events + 1, told.events);
  }
}
