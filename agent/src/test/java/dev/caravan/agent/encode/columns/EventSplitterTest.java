package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.v1.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSplitterTest {
  private final EventBench bench = new EventBench(GoldenBatches.SPEED);

  private static Event bare(Bytes body) throws Exception {
    return Event.parseFrom(body.toArray()).toBuilder().clearSnapshots().build();
  }

  @ParameterizedTest
  @ValueSource(longs = {300, 400, 1000, 5000, 1_000_000})
  void partsFitAndTogetherHaveAllSamplesInTheirOrder(long mostBytes) throws Exception {
    Payload whole = bench.trigger(bench.samples(GoldenBatches.SPEED, 3000));
    Bytes schema = whole.schema().content();
    List<Bytes> parts = EventSplitter.split(whole.body(), schema, mostBytes);
    assertEquals(mostBytes < whole.body().length(), parts.size() > 1);
    List<BatchSample> found = new ArrayList<>();
    for (Bytes part : parts) {
      assertTrue(part.length() <= mostBytes, "sizeBytes=" + part.length());
      assertEquals(bare(whole.body()), bare(part));
      found.addAll(EventBench.samples(part, schema));
    }
    assertEquals(EventBench.samples(whole.body(), schema), found);
  }

  @Test
  void eventOfSeveralSnapshotsIsDividedBetweenThem() throws Exception {
    Payload whole = bench.trigger(bench.samples(GoldenBatches.SPEED, ColumnCodes.MOST_SAMPLES + 5));
    Bytes schema = whole.schema().content();
    List<Bytes> snapshots = EventReader.event(whole.body()).snapshots();
    long most = whole.body().length() - 1L;
    List<Bytes> parts = EventSplitter.split(whole.body(), schema, most);
    List<Bytes> found = new ArrayList<>();
    for (Bytes part : parts) {
      found.addAll(EventReader.event(part).snapshots());
    }
    assertTrue(parts.size() > 1);
    assertEquals(snapshots, found);
  }

  @Test
  void whatCannotBeDividedGivesNoPart() throws Exception {
    Payload whole = bench.trigger(bench.samples(GoldenBatches.SPEED, 10));
    Bytes schema = whole.schema().content();
    assertEquals(List.of(), EventSplitter.split(whole.body(), schema, 20));
    int bare = bare(whole.body()).getSerializedSize();
    assertEquals(List.of(), EventSplitter.split(whole.body(), schema, bare + 10));
    assertEquals(1, EventSplitter.split(whole.body(), schema, 1 << 20).size());
  }

  @Test
  void eventWithoutSnapshotsIsOnePartOrNone() throws Exception {
    Payload whole = bench.trigger(new SampleColumns(0));
    Bytes schema = whole.schema().content();
    int size = whole.body().length();
    assertEquals(List.of(whole.body()), EventSplitter.split(whole.body(), schema, size));
    assertEquals(List.of(), EventSplitter.split(whole.body(), schema, size - 1));
  }

  @Test
  void anotherSchemaIsRefused() {
    Payload whole = bench.trigger(bench.samples(GoldenBatches.SPEED, 3000));
    assertThrows(
        MalformedMessageException.class,
        () -> EventSplitter.split(whole.body(), GoldenBatches.schema(), 400));
  }
}
