package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.cli.LineOutput;
import dev.caravan.agent.cli.SamplePrinter;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.EventSplitter;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events on their way through the tail, printed. */
class EventsTest {
  private static final String EVENT = "caravan/v1/demo/xa-1/event";
  private static final String SCHEMA = "caravan/v1/demo/xa-1/schema/1";

  private final MadeEvents made = new MadeEvents();
  private final List<Payload> events = made.make(4, 2);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Receiver stream(SamplePrinter.Format format) {
    return new Receiver(new SamplePrinter(format, false, new LineOutput(bytes)), Room.share(4));
  }

  private List<String> printed(Receiver stream) {
    stream.end();
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void send(Receiver stream, int... numbers) {
    stream.arrived(SCHEMA, events.get(0).schema().content());
    for (int number : numbers) {
      stream.arrived(EVENT, EventEnvelope.around(events.get(number - 1).body(), number));
    }
  }

  private String id(int number) throws Exception {
    return EventReader.event(events.get(number - 1).body()).id().toString();
  }

  @Test
  void textHasOneLine() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    send(stream, 1);
    assertEquals(
        List.of("EVENT fast  16:00:00.000000  xa-1/cloud  Vehicle.Speed > 120  (samples 2)"),
        printed(stream));
  }

  @Test
  void jsonHasTheEventAndItsSamples() throws Exception {
    Receiver stream = stream(SamplePrinter.Format.JSON);
    send(stream, 3);
    String head = "{\"device\":\"xa-1\",\"route\":\"cloud\",\"event\":";
    String rest = ",\"signal\":\"Vehicle.Speed\",\"value\":";
    assertEquals(
        List.of(
            head + "{\"id\":\"" + id(3) + "\",\"seq\":3,\"kind\":\"trigger\",\"trigger\":\"fast\","
                + "\"t\":1764000000.000000,\"text\":\"Vehicle.Speed > 120\","
                + "\"paths\":[\"Vehicle.Speed\"]},\"fleet\":\"demo\",\"stream\":\"\"}",
            head + "\"" + id(3) + "\",\"t\":1764000000.000000" + rest
                + "0,\"unit\":\"km/h\",\"quality\":\"ok\",\"fleet\":\"demo\",\"stream\":\"\"}",
            head + "\"" + id(3) + "\",\"t\":1764000000.010000" + rest
                + "23,\"unit\":\"km/h\",\"quality\":\"ok\",\"fleet\":\"demo\",\"stream\":\"\"}"),
        printed(stream));
  }

  @Test
  void csvHasItsIdInPlaceOfASequence() throws Exception {
    Receiver stream = stream(SamplePrinter.Format.CSV);
    send(stream, 1);
    assertEquals(
        List.of(
            "xa-1,cloud," + id(1)
                + ",1764000000.000000,EVENT fast,Vehicle.Speed > 120,,,trigger,demo,",
            "xa-1,cloud," + id(1) + ",1764000000.000000,Vehicle.Speed,0,km/h,ok,,demo,",
            "xa-1,cloud," + id(1) + ",1764000000.010000,Vehicle.Speed,23,km/h,ok,,demo,"),
        printed(stream));
  }

  @Test
  void eventThatComesAgainIsPrintedOnce() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    send(stream, 1, 2, 1, 2);
    assertEquals(2, printed(stream).size());
    assertEquals(
        "batches 0, samples 0, gaps 0, duplicates 2, conflicts 0, events 2",
        stream.counts().toString());
  }

  @Test
  void oneIdUnderTwoNumbersIsAConflictAndPrintedOnce() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    send(stream, 1);
    stream.arrived(EVENT, EventEnvelope.around(events.get(0).body(), 2));
    stream.arrived(EVENT, EventEnvelope.around(events.get(2).body(), 1));
    assertEquals(1, printed(stream).size());
    assertEquals(2, stream.counts().conflicts());
  }

  @Test
  void holeInTheSequenceIsTold() {
    Receiver text = stream(SamplePrinter.Format.TEXT);
    send(text, 1, 4);
    assertEquals("gap  xa-1/cloud  events 2..3 are missing", printed(text).get(2));
    assertEquals(1, text.counts().gaps());
    bytes.reset();
    Receiver json = stream(SamplePrinter.Format.JSON);
    send(json, 1, 4);
    List<String> lines = printed(json);
    assertEquals(
        "{\"device\":\"xa-1\",\"route\":\"cloud\",\"event_gap\":{\"from\":2,\"to\":3},\"fleet\":\"demo\",\"stream\":\"\"}",
        lines.get(lines.size() - 1));
  }

  @Test
  void eventWaitsForItsSchema() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    stream.arrived(EVENT, EventEnvelope.around(events.get(0).body(), 1));
    assertEquals(0, stream.counts().events());
    stream.arrived(SCHEMA, events.get(0).schema().content());
    assertEquals(1, printed(stream).size());
  }

  @Test
  void eventWhoseSchemaNeverCameIsUnreadable() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    stream.arrived(EVENT, EventEnvelope.around(events.get(0).body(), 1));
    stream.end();
    assertEquals(1, stream.counts().unreadable());
  }

  @Test
  void damagedEventIsUnreadable() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    stream.arrived(EVENT, Bytes.ofHex("0aff"));
    stream.arrived(EVENT, Bytes.ofHex("1201"));
    stream.arrived("caravan/v1/demo/xa-1/status", Bytes.ofHex("00"));
    assertEquals(2, stream.counts().unreadable());
  }

  @Test
  void partsInAnyOrderAreOneEvent() throws Exception {
    Payload large = made.make(5_000);
    List<Bytes> bodies = EventSplitter.split(large.body(), large.schema().content(), 1_000);
    assertTrue(bodies.size() > 2);
    List<Bytes> parts = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      parts.add(EventEnvelope.around(
          bodies.get(i), new Seal(StreamId.NONE, 1, false, i + 1, bodies.size())));
    }
    Collections.reverse(parts);
    Receiver stream = stream(SamplePrinter.Format.JSON);
    stream.arrived(SCHEMA, large.schema().content());
    parts.forEach(part -> stream.arrived(EVENT, part));
    assertEquals(5_001, printed(stream).size());
    parts.forEach(part -> stream.arrived(EVENT, part));
    stream.arrived(EVENT, EventEnvelope.around(large.body(), 1));
    assertEquals(
        "batches 0, samples 0, gaps 0, duplicates 2, conflicts 0, events 1",
        stream.counts().toString());
  }

  @Test
  void eventsAndBatchesHaveSequencesOfTheirOwn() {
    Receiver stream = stream(SamplePrinter.Format.TEXT);
    List<Payload> batches = MadeBatches.make(2);
    stream.arrived(SCHEMA, batches.get(0).schema().content());
    for (int i = 0; i < 2; i++) {
      stream.arrived(
          "caravan/v1/demo/xa-1/data/cloud",
          TelemetryEnvelope.around(batches.get(i).body(), i + 1, false));
    }
    send(stream, 1, 2);
    stream.end();
    assertEquals(
        "batches 2, samples 6, gaps 0, duplicates 0, conflicts 0, events 2",
        stream.counts().toString());
  }
}
