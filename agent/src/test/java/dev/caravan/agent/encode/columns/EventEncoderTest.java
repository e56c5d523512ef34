package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.v1.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventEncoderTest {
  private final EventBench bench = new EventBench(GoldenBatches.SPEED);

  @Test
  void eventSaysWhatHappenedAndWhen() throws Exception {
    bench.timeline.advanceNs(5_000_000L);
    bench
        .health
        .counter(Declared.count("store.evicted_batches"), "cloud.events")
        .add(2);
    bench
        .health
        .counter(Declared.count("uplink.rejected_batches"), "cloud.events")
        .add(1);
    bench.health.counter(Declared.count("store.evicted_batches"), "cloud").add(9);
    Payload payload = bench.trigger(bench.samples(GoldenBatches.SPEED, 4));
    assertEquals(1, payload.reports());
    assertEquals(Workbench.START_NS, payload.oldestNs());
    Event event = Event.parseFrom(payload.body().toArray());
    assertEquals(16, event.getId().size());
    assertEquals("trigger", event.getKind());
    assertEquals("hard_brake", event.getTrigger());
    assertEquals(Workbench.START_NS / 1000, event.getTimeUs());
    assertEquals(Workbench.START_NS / 1000, event.getMonotonicUs());
    assertEquals(1001, event.getTimeErrorUs());
    assertEquals("cloud", event.getRoute());
    assertEquals(0, event.getSequence());
    assertEquals(2, event.getEventsEvicted());
    assertEquals(1, event.getEventsRejected());
    assertEquals(1, event.getSnapshotsCount());
    ReadBatch batch = BatchReader.batch(
        Bytes.of(event.getSnapshots(0).toByteArray()),
        BatchReader.schema(payload.schema().content()));
    assertEquals(4, batch.sampleCount());
    assertEquals(0, batch.envelope().sequence());
    assertEquals(3, batch.bootCount());
    assertEquals(Workbench.BOOT, batch.bootId());
    assertEquals(Optional.empty(), batch.ledger());
    assertEquals(1, bench.health.total(Declared.count("encode.events")));
  }

  @Test
  void eventWithoutSamplesHasNoSnapshot() throws Exception {
    Payload payload = bench.trigger(new SampleColumns(0));
    assertEquals(List.of(), EventReader.event(payload.body()).snapshots());
  }

  @Test
  void schemaStaysTheSameUntilASignalIsNew() throws Exception {
    Payload first = bench.trigger(bench.samples(GoldenBatches.SPEED, 1));
    Payload second = bench.trigger(bench.samples(GoldenBatches.SPEED, 2));
    assertSame(first.schema(), second.schema());
    Payload third = bench.trigger(bench.samples(GoldenBatches.GEAR, 2));
    assertNotEquals(first.schema().id(), third.schema().id());
    assertEquals(2, EventBench.samples(third.body(), third.schema().content()).size());
  }

  @Test
  void valuesOfEveryKindArriveAsTheyAre() throws Exception {
    for (Kind kind : Kind.values()) {
      SampleColumns samples = bench.samples(EventBench.spec(kind), 50);
      Payload payload = bench.trigger(samples);
      List<BatchSample> read =
          EventBench.samples(payload.body(), payload.schema().content());
      assertEquals(50, read.size(), kind.name());
      for (int i = 0; i < 50; i++) {
        assertEquals(samples.at(i).rawBits(), read.get(i).rawBits());
        assertEquals(samples.at(i).text(), read.get(i).text());
        assertEquals(samples.at(i).bytes(), read.get(i).bytes());
        assertEquals(samples.at(i).timeNs() / 1000, read.get(i).timeUs());
      }
    }
  }

  @Test
  void moreThanABatchMayHoldBecomesSeveral() throws Exception {
    SampleColumns samples = bench.samples(GoldenBatches.SPEED, ColumnCodes.MOST_SAMPLES + 5);
    Payload payload = bench.trigger(samples);
    assertTrue(EventReader.event(payload.body()).snapshots().size() > 1);
    List<BatchSample> read = EventBench.samples(payload.body(), payload.schema().content());
    assertEquals(samples.size(), read.size());
    for (int i = 1; i < read.size(); i++) {
      assertTrue(read.get(i - 1).timeUs() < read.get(i).timeUs(), "sample " + i);
    }
  }

  @Test
  void ledgerGoesOnFromTheNewestEvent() throws Exception {
    bench
        .health
        .counter(Declared.count("store.evicted_batches"), "cloud.events")
        .add(5);
    bench
        .health
        .counter(Declared.count("uplink.rejected_batches"), "cloud.events")
        .add(2);
    Bytes newest = bench.trigger(new SampleColumns(0)).body();
    EventBench after = new EventBench(GoldenBatches.SPEED);
    after.encoder.restore(newest);
    after
        .health
        .counter(Declared.count("store.evicted_batches"), "cloud.events")
        .add(1);
    ReadEvent event = EventReader.event(after.trigger(new SampleColumns(0)).body());
    assertEquals(6, event.evicted());
    assertEquals(2, event.rejected());
  }

  @Test
  void eventThatAFaultTakesIsNamedAndLeavesNothingInTheNext() throws Exception {
    SampleColumns samples = bench.samples(GoldenBatches.SPEED, 5);
    Snapshot snapshot = new Snapshot(
        "trigger", "hard_brake", Workbench.START_NS, "", List.of("Vehicle.Speed"), samples);
    assertThrows(
        IllegalStateException.class,
        () -> bench.encoder.accept(snapshot, payload -> {
          throw new IllegalStateException("on purpose");
        }));
    Payload next = bench.trigger(bench.samples(GoldenBatches.SPEED, 2));
    assertEquals(1, EventReader.event(next.body()).evicted());
    assertEquals(2, EventBench.samples(next.body(), next.schema().content()).size());
  }

  @Test
  void whatIsNoEventChangesNothing() throws Exception {
    assertThrows(
        MalformedMessageException.class, () -> bench.encoder.restore(Bytes.ofHex("ffffff")));
    assertThrows(MalformedMessageException.class, () -> bench.encoder.restore(Bytes.EMPTY));
    assertEquals(
        0, EventReader.event(bench.trigger(new SampleColumns(0)).body()).evicted());
  }

  @Test
  void readingsAreNotForIt() {
    bench.encoder.accept(new Reading(), bench.payloads::add);
    assertEquals(List.of(), bench.payloads);
  }

  @Test
  void idsAreRandom() throws Exception {
    EventEncoder encoder = new EventEncoder(
        "cloud", List.of(), new FakeTimeline(0), new Health(), Workbench.BOOT, 1, true);
    List<Payload> made = new ArrayList<>();
    Snapshot snapshot = new Snapshot("route.well", "", 0, "cloud", List.of(), new SampleColumns(0));
    encoder.accept(snapshot, made::add);
    encoder.accept(snapshot, made::add);
    encoder.finish(made::add);
    assertEquals(2, made.size());
    assertNotEquals(
        EventReader.event(made.get(0).body()).id(),
        EventReader.event(made.get(1).body()).id());
  }

  @Test
  void everyCutOfAnEventIsReadOrRefused() {
    Bytes whole = EventEnvelope.around(
        bench.trigger(bench.samples(GoldenBatches.SPEED, 20)).body(),
        new Seal(StreamId.random(), 1L << 62, false, 2, 3));
    for (int length = 0; length < whole.length(); length++) {
      Bytes cut = Bytes.of(whole.toArray(), 0, length);
      try {
        EventReader.event(cut);
      } catch (MalformedMessageException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith("event: "), e.getMessage());
      }
    }
  }

  @Test
  void partsThatCannotBeAreRefused() {
    Bytes body = bench.trigger(new SampleColumns(0)).body();
    assertThrows(
        MalformedMessageException.class,
        () ->
            EventReader.event(EventEnvelope.around(body, new Seal(StreamId.NONE, 1, false, 3, 2))));
    assertThrows(
        MalformedMessageException.class,
        () ->
            EventReader.event(EventEnvelope.around(body, new Seal(StreamId.NONE, 1, false, 0, 2))));
    assertThrows(
        MalformedMessageException.class,
        () -> EventReader.event(
            EventEnvelope.around(body, new Seal(StreamId.NONE, 1, false, 1, (1 << 20) + 1))));
  }

  @Test
  void envelopeAddsNoMoreThanItSays() throws Exception {
    Bytes body = bench.trigger(new SampleColumns(0)).body();
    Bytes message =
        EventEnvelope.around(body, new Seal(StreamId.NONE, -1, false, 1 << 20, 1 << 20));
    assertTrue(message.length() - body.length() <= EventEnvelope.MOST_EXTRA_BYTES);
    ReadEvent event = EventReader.event(message);
    assertEquals(-1, event.sequence());
    assertEquals(1 << 20, event.part());
  }

  @Test
  void bodiesOfEventsAndBatchesAreToldApart() {
    assertTrue(EventEnvelope.isEvent(bench.trigger(new SampleColumns(0)).body()));
    Workbench batches = new Workbench(Workbench.EXACT);
    batches.integer(GoldenBatches.SPEED, Workbench.START_NS, 1);
    assertEquals(false, EventEnvelope.isEvent(batches.close().body()));
    assertEquals(false, EventEnvelope.isEvent(Bytes.EMPTY));
  }
}
