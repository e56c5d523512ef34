package dev.caravan.agent.encode.columns;

import static dev.caravan.agent.encode.columns.GoldenBatches.idOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.Sender;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.v1.BatchContent;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of released versions: the reader understands them for ever, the encoder of today makes them still. */
class GoldenBatchesTest {
  @SuppressWarnings("unused") // by the parameterized tests
  private static final List<String> NAMES = GoldenBatches.NAMES;

  private static ReadBatch read(String name) throws MalformedMessageException {
    return BatchReader.batch(
        GoldenBatches.stored(name), BatchReader.schema(GoldenBatches.schemaOf(name)));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void readerGivesTheSamplesWrittenDown(String name) throws MalformedMessageException, IOException {
    assertEquals(GoldenBatches.storedLines(name), SampleLine.lines(read(name)));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void encoderMakesTheSameContent(String name) throws MalformedMessageException {
    // Unpacked, because another zlib may deflate to other bytes.
    MessageParts.Parts made = MessageParts.content(GoldenBatches.made(name));
    MessageParts.Parts stored = MessageParts.content(GoldenBatches.stored(name));
    assertEquals(
        stored.envelope().toString().replace(idOf("schema"), idOf("schema-shared")),
        made.envelope().toString());
    assertEquals(stored.isCompact(), made.isCompact());
    assertEquals(
        Bytes.of(stored.content().toByteArray()), Bytes.of(made.content().toByteArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch-example",
        "batch-kinds",
        "batch-times",
        "compact-example",
        "compact-kinds",
        "compact-times",
        "compact-part",
        "compact-singles",
        "compact-untold"
      })
  void encoderMakesTheSameBytes(String name) throws MalformedMessageException {
    assertEquals(
        GoldenBatches.stored(name).toString().replace(idOf("schema"), idOf("schema-shared")),
        GoldenBatches.made(name).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"example", "kinds", "times", "late"})
  void compactContentSaysTheSame(String name) throws MalformedMessageException, IOException {
    assertEquals(
        GoldenBatches.storedLines("batch-" + name), GoldenBatches.storedLines("compact-" + name));
    ReadBatch plain = read("batch-" + name);
    ReadBatch compact = read("compact-" + name);
    assertEquals(plain.ledger(), compact.ledger());
    assertEquals(plain.bootCount(), compact.bootCount());
    assertEquals(plain.timeOrigin(), compact.timeOrigin());
    assertEquals(plain.baseTimeUs(), compact.baseTimeUs());
    assertEquals(plain.monotonicUs(), compact.monotonicUs());
    assertEquals(name.equals("times") ? 1001 : 2000, compact.timeErrorUs());
    assertEquals(GoldenBatches.STREAM, compact.envelope().stream());
    assertEquals(Bytes.EMPTY, compact.bootId());
  }

  @Test
  void singleValuesLeaveOutSizesFirstsAndLayouts() throws MalformedMessageException {
    BatchContent content =
        MessageParts.content(GoldenBatches.stored("compact-singles")).content();
    assertEquals(4, content.getColumnHeadsCount());
    assertEquals(0, content.getColumnSizesCount());
    assertEquals(0, content.getColumnFirstsCount());
    assertEquals(0, content.getLayoutsCount());
    assertEquals(7, read("compact-singles").sampleCount());
  }

  @Test
  void batchThatTellsNoLedgerTellsNone() throws MalformedMessageException {
    ReadBatch batch = read("compact-untold");
    assertEquals(Optional.empty(), batch.ledger());
    assertEquals(StreamId.NONE, batch.envelope().stream());
    assertEquals(Workbench.BOOT, batch.bootId(), "without a stream it is needed");
    assertEquals(3, batch.sampleCount());
  }

  @Test
  void encoderMakesTheSameSchema() {
    assertEquals(GoldenBatches.stored("schema-shared"), GoldenBatches.schema());
  }

  @Test
  void schemaOfTodayIsThatOfBeforeWithoutItsSender() throws MalformedMessageException {
    SchemaDescription today = BatchReader.schema(GoldenBatches.stored("schema-shared"));
    assertEquals(Optional.empty(), today.sender());
    assertEquals(BatchReader.schema(GoldenBatches.stored("schema")).groups(), today.groups());
  }

  @Test
  void schemaSaysWhatTheSignalsAre() throws MalformedMessageException {
    SchemaDescription schema = BatchReader.schema(GoldenBatches.stored("schema"));
    assertEquals(Optional.of(new Sender("demo", "xa-1", "cloud")), schema.sender());
    assertEquals(
        List.of(
            List.of(GoldenBatches.SPEED, GoldenBatches.SLOPE, GoldenBatches.GEAR),
            List.of(GoldenBatches.CELL, GoldenBatches.CELL_0, GoldenBatches.CELL_1),
            List.of(GoldenBatches.DOOR),
            List.of(GoldenBatches.LATITUDE, GoldenBatches.HEIGHT),
            List.of(GoldenBatches.WIDE, GoldenBatches.DEEP),
            List.of(GoldenBatches.NAME, GoldenBatches.BLOCK)),
        schema.groups());
  }

  @Test
  void headerOfTheLateBatchIsRead() throws MalformedMessageException {
    ReadBatch batch = read("batch-late");
    assertEquals(300, batch.envelope().sequence());
    assertTrue(batch.envelope().isLate());
    assertEquals(Workbench.BOOT, batch.bootId());
    assertEquals(1, batch.bootCount());
    assertEquals(
        new LedgerCounts(0, 0, 0, 0, 70_000, 360, 0, 360, 0, 0, 0, 0),
        batch.ledger().orElseThrow());
    assertEquals(1_764_000_000_000_000L, batch.baseTimeUs());
    assertEquals(1_764_000_000_000_000L, batch.monotonicUs());
    assertEquals(dev.caravan.agent.clock.TimeOrigin.NTP, batch.timeOrigin());
    assertEquals(1001, batch.timeErrorUs());
    assertEquals(
        "9223372036854775813",
        Long.toUnsignedString(read("batch-times").envelope().sequence()));
  }

  @Test
  void goldenBatchesHaveEveryTimeModeAndEveryLayout() throws MalformedMessageException {
    Set<Long> modes = new HashSet<>();
    Set<Long> layouts = new HashSet<>();
    Set<Long> wholes = new HashSet<>();
    for (String name : GoldenBatches.PLAIN) {
      BatchContent content = MessageParts.content(GoldenBatches.stored(name)).content();
      content.getColumnHeadsList().forEach(head -> modes.add(head & 7));
      content.getColumnHeadsList().forEach(head -> wholes.add(head & 8));
      content.getLayoutsList().forEach(layout -> layouts.add(Math.min(3, layout)));
    }
    assertEquals(Set.of(0L, 1L, 2L, 3L, 4L), modes);
    assertEquals(Set.of(0L, 1L, 2L, 3L), layouts);
    assertEquals(Set.of(0L, 8L), wholes);
  }
}
