package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The bytes of released events: the reader understands them for ever, the encoder of today makes them still. */
class GoldenEventsTest {
  @SuppressWarnings("unused") // by the parameterized tests
  private static final List<String> NAMES = GoldenEvents.NAMES;

  @SuppressWarnings("unused") // by the parameterized tests
  private static final List<String> PLAIN = GoldenEvents.PLAIN;

  @SuppressWarnings("unused") // by the parameterized tests
  private static final List<String> OF_STREAMS = GoldenEvents.OF_STREAMS;

  @ParameterizedTest
  @FieldSource("NAMES")
  void readerGivesWhatIsWrittenDown(String name) throws MalformedMessageException, IOException {
    assertEquals(
        GoldenBatches.storedLines(name),
        GoldenEvents.lines(GoldenBatches.stored(name), GoldenBatches.schemaOf(name)));
  }

  @ParameterizedTest
  @FieldSource("OF_STREAMS")
  void encoderMakesTheSameBytes(String name) {
    assertEquals(GoldenBatches.stored(name), GoldenEvents.made(name));
  }

  @ParameterizedTest
  @FieldSource("PLAIN")
  void encoderMakesTheSameBytesButForTheIdOfASchemaWithoutSender(String name)
      throws MalformedMessageException {
    String today = GoldenBatches.idOf(GoldenBatches.SCHEMA);
    String before = GoldenBatches.idOf(GoldenBatches.SENDERS_SCHEMA);
    assertEquals(
        GoldenBatches.stored(name).toString(),
        GoldenEvents.made(name).toString().replace(today, before));
  }

  @Test
  void eventOfBeforeRoutesHadEventsIsReadStill() throws MalformedMessageException {
    ReadEvent event = EventReader.event(GoldenBatches.stored("event"));
    assertEquals("hard braking", event.trigger());
    assertEquals("", event.route());
    assertEquals(0, event.sequence());
    assertEquals(List.of(GoldenBatches.stored("batch-example")), event.snapshots());
  }
}
