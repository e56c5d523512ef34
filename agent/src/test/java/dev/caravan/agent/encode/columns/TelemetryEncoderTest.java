package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryEncoderTest {
  private static final SignalSpec SPEED = Workbench.spec("Speed", "can0.Engine", Kind.UNSIGNED);
  private static final SignalSpec TORQUE = Workbench.spec("Torque", "can0.Engine", Kind.SIGNED);
  private static final SignalSpec DOOR = Workbench.spec("Door", "can0.Body", Kind.BOOLEAN);
  private static final long T = Workbench.START_NS;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long YEARS_NS = 5L * 365 * 86_400 * 1_000_000_000L;
  private static final List<Quality> QUALITIES = List.of(Quality.values());

  private static ReadBatch read(Payload payload) throws MalformedMessageException {
    return BatchReader.batch(payload.body(), BatchReader.schema(payload.schema().content()));
  }

  @Test
  void samplesComeBackByTimeThenInTheOrderOfTheSchema() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED, TORQUE, DOOR);
    for (int i = 0; i < 200; i++) {
      bench.integer(DOOR, T + i * 20_000_000L, i / 50 % 2);
      bench.integer(SPEED, T + i * 10_000_000L + i % 7 * 1000L, 1000 + i);
      bench.integer(TORQUE, T + i * 10_000_000L + i % 7 * 1000L, -(long) i * i);
    }
    Payload payload = bench.close();
    ReadBatch batch = read(payload);
    assertEquals(600, payload.reports());
    assertEquals(600, batch.sampleCount());
    assertEquals(T, payload.oldestNs());
    assertEquals(bench.takeGiven(batch.schema()), Workbench.samples(batch));
  }

  @Test
  void batchClosesOnlyAtATickAndOnlyWhenOldEnough() {
    Workbench bench =
        new Workbench(new TelemetrySettings(1_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    bench.encoder.tick(T, bench.payloads::add);
    bench.integer(SPEED, 0, 1);
    bench.timeline.advanceNs(999_999_999L);
    bench.integer(SPEED, 1000, 2);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    assertEquals(0, bench.payloads.size());
    bench.timeline.advanceNs(1);
    bench.integer(SPEED, 2000, 3);
    assertEquals(0, bench.payloads.size());
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    assertEquals(3, bench.payloads.get(0).reports());
  }

  @Test
  void signalsThatAreLearnedWithinASecondOfEachOtherShareASchema() {
    Workbench bench = new Workbench(new TelemetrySettings(SECOND_NS, 5000, 262_144, 0, true, true));
    bench.integer(SPEED, T, 1);
    bench.tickAfter(900_000_000L);
    bench.integer(TORQUE, T, 1);
    bench.tickAfter(900_000_000L);
    bench.integer(DOOR, T, 1);
    bench.tickAfter(999_999_999L);
    assertEquals(0, bench.payloads.size());
    bench.tickAfter(1);
    assertEquals(List.of(3), bench.payloads.stream().map(Payload::reports).toList());
    bench.integer(DOOR, T, 2);
    bench.tickAfter(SECOND_NS);
    assertEquals(2, bench.payloads.size(), "what is known does not wait");
    assertEquals(bench.payloads.get(0).schema(), bench.payloads.get(1).schema());
  }

  @Test
  void aBatchWaitsNoMoreThanFiveSecondsForTheSchemaToSettle() {
    Workbench bench = new Workbench(new TelemetrySettings(SECOND_NS, 5000, 262_144, 0, true, true));
    for (int i = 0; i < 12; i++) {
      bench.integer(Workbench.spec("S" + i, "can0.Engine", Kind.UNSIGNED), T, 1);
      assertEquals(0, bench.payloads.size(), "after " + i * 500 + " ms");
      bench.tickAfter(500_000_000L);
    }
    assertEquals(List.of(12), bench.payloads.stream().map(Payload::reports).toList());
  }

  @Test
  void batchThatIsOpenWhenTheTimeOfDayIsSetKeepsTheClocksOfBefore()
      throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    bench.timeline.origin(TimeOrigin.NONE);
    bench.integer(SPEED, T, 1);
    bench.timeline.advanceNs(100_000_000);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    bench.timeline.jumpNs(YEARS_NS);
    bench.timeline.origin(TimeOrigin.GNSS);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    assertEquals(1, bench.payloads.size());
    bench.integer(SPEED, T + YEARS_NS + 100_000_000, 2);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    assertEquals(1, bench.payloads.size(), "no batch for each tick");
    bench.encoder.finish(bench.payloads::add);

    ReadBatch before = read(bench.payloads.get(0));
    assertEquals(TimeOrigin.NONE, before.timeOrigin());
    assertEquals(T / 1000, before.baseTimeUs());
    assertEquals(T / 1000, before.monotonicUs());
    ReadBatch after = read(bench.payloads.get(1));
    assertEquals(TimeOrigin.GNSS, after.timeOrigin());
    assertEquals((T + YEARS_NS + 100_000_000) / 1000, after.baseTimeUs());
    assertEquals((T + 100_000_000) / 1000, after.monotonicUs());
  }

  /** The correction that proto/README.md tells: what the difference of both clocks changed by. */
  private static long trueUs(ReadBatch wrong, ReadBatch right) {
    long timeUs = Workbench.samples(wrong).get(0).timeUs();
    return timeUs
        + (right.baseTimeUs() - right.monotonicUs())
        - (wrong.baseTimeUs() - wrong.monotonicUs());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {500_000_000L, 5_000_000_000L, 3_600_000_000_000L, YEARS_NS, -5_000_000_000L})
  void whatWasStampedWhileTheClockWasWrongCanBeCorrectedByTheBatchesAround(long wrongNs)
      throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    for (int i = 0; i < 3; i++) {
      bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
      bench.integer(SPEED, bench.timeline.nowNs(), i);
      bench.timeline.advanceNs(50_000_000);
      bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
      bench.integer(SPEED, bench.timeline.nowNs(), i);
      bench.timeline.jumpNs(i == 0 ? wrongNs : i == 1 ? -wrongNs : 0);
    }
    bench.encoder.finish(bench.payloads::add);
    assertEquals(3, bench.payloads.size());
    ReadBatch wrong = read(bench.payloads.get(1));
    ReadBatch right = read(bench.payloads.get(2));
    assertEquals(2, wrong.sampleCount());
    assertEquals(
        (T + 50_000_000 + wrongNs) / 1000, Workbench.samples(wrong).get(0).timeUs());
    assertEquals((T + 50_000_000) / 1000, trueUs(wrong, right));
    assertEquals((T + 50_000_000) / 1000, trueUs(wrong, read(bench.payloads.get(0))));
    assertEquals((T + 100_000_000) / 1000, Workbench.samples(right).get(0).timeUs());
  }

  @ParameterizedTest
  @ValueSource(longs = {5_000_000_000L, YEARS_NS, -5_000_000_000L, -3_600_000_000_000L})
  void whatWasStampedBeforeTheClockWasSetAndComesAfterIsToldByTheNewClock(long stepNs)
      throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    bench.encoder.tick(T, bench.payloads::add);
    bench.timeline.advanceNs(50_000_000);
    bench.timeline.jumpNs(stepNs);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    bench.integer(SPEED, T + 40_000_000, 1);
    bench.integer(SPEED, bench.timeline.nowNs(), 2);
    bench.encoder.finish(bench.payloads::add);
    ReadBatch batch = read(bench.payloads.get(0));
    assertEquals(
        (T + stepNs + 40_000_000) / 1000, Workbench.samples(batch).get(0).timeUs());
    assertEquals(
        (T + stepNs + 50_000_000) / 1000, Workbench.samples(batch).get(1).timeUs());
  }

  @Test
  void aTimeIsByTheClockUnderWhichItCameSoonestAndNotByOneOfSecondsAgo()
      throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    // for 2.5 s each: right, 7 s ahead, right, an hour ahead, right; a sample 10 ms before each is
    // set comes 10 ms after it, another is stamped and comes between two ticks
    long wrongNs = 0;
    int given = 0;
    for (long aheadNs : new long[] {7_000_000_000L, 0, 3_600_000_000_000L, 0}) {
      for (int i = 0; i < 50; i++) {
        bench.timeline.advanceNs(50_000_000);
        bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
      }
      bench.timeline.advanceNs(10_000_000);
      long before = bench.timeline.nowNs();
      bench.timeline.advanceNs(10_000_000);
      bench.timeline.jumpNs(aheadNs - wrongNs);
      wrongNs = aheadNs;
      bench.timeline.advanceNs(10_000_000);
      long after = bench.timeline.nowNs();
      bench.timeline.advanceNs(10_000_000);
      bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
      bench.integer(SPEED, before, 1);
      bench.integer(SPEED, after, 2);
      bench.encoder.flush(bench.payloads::add);
      ReadBatch batch = read(bench.payloads.get(given++));
      assertEquals(after / 1000, Workbench.samples(batch).get(1).timeUs());
      assertEquals(after / 1000 - 20_000, Workbench.samples(batch).get(0).timeUs());
    }
  }

  @Test
  void whatWaitedForHalfAMinuteOnABusyBoardIsToldByTheNewClockToo()
      throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    bench.encoder.tick(T, bench.payloads::add);
    bench.timeline.jumpNs(YEARS_NS);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    bench.timeline.advanceNs(30_000_000_000L);
    bench.integer(SPEED, T - 10_000_000, 1);
    bench.encoder.finish(bench.payloads::add);
    assertEquals(
        (T - 10_000_000 + YEARS_NS) / 1000,
        Workbench.samples(read(bench.payloads.get(0))).get(0).timeUs());
  }

  @Test
  void timesOfALogStayAsTheyAreWhateverTheClockDoes() throws MalformedMessageException {
    Workbench bench = new Workbench(
        new TelemetrySettings(3_600_000_000_000L, 5000, 262_144, 0, true, true), SPEED);
    bench.encoder.tick(T, bench.payloads::add);
    bench.timeline.jumpNs(YEARS_NS);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    bench.integer(SPEED, T - 3_600_000_000_000L, 1);
    bench.encoder.finish(bench.payloads::add);
    assertEquals(
        (T - 3_600_000_000_000L) / 1000,
        Workbench.samples(read(bench.payloads.get(0))).get(0).timeUs());
  }

  @Test
  void sleepOfTheBoardCountsInWhatRelatesTimesToEachOther() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.integer(SPEED, T, 1);
    bench.timeline.sleepNs(3_600_000_000_000L);
    bench.integer(SPEED, T + 3_600_000_000_000L, 2);
    ReadBatch batch = read(bench.close());
    assertEquals(2, batch.sampleCount());
    assertEquals(T / 1000, batch.monotonicUs());
  }

  @Test
  void batchClosesAtTheNextTickWhenItHasEnoughSamples() {
    Workbench bench =
        new Workbench(new TelemetrySettings(1_000_000_000L, 3, 262_144, 0, true, true), SPEED);
    for (int i = 0; i < 4; i++) {
      bench.integer(SPEED, i, i);
    }
    assertEquals(0, bench.payloads.size());
    bench.encoder.tick(T, bench.payloads::add);
    assertEquals(4, bench.payloads.get(0).reports());
  }

  @Test
  void batchClosesAtTheNextTickWhenItIsLargeEnough() {
    SignalSpec name = Workbench.spec("Name", "x", Kind.TEXT);
    Workbench bench =
        new Workbench(new TelemetrySettings(1_000_000_000L, 5000, 1024, 0, true, true), name);
    bench.text(name, T, "a".repeat(1000));
    bench.encoder.tick(T, bench.payloads::add);
    assertEquals(0, bench.payloads.size());
    bench.text(name, T, "b".repeat(1000));
    bench.encoder.tick(T, bench.payloads::add);
    assertEquals(1, bench.payloads.size());
  }

  @Test
  void finishClosesWhatIsOpenAndNothingElse() {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.integer(SPEED, T, 1);
    bench.encoder.finish(bench.payloads::add);
    bench.encoder.finish(bench.payloads::add);
    assertEquals(1, bench.payloads.size());
  }

  @Test
  void schemaStaysTheSameInstanceUntilANewSignalComes() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED, TORQUE);
    bench.integer(SPEED, T, 1);
    Payload first = bench.close();
    bench.integer(TORQUE, T, 1);
    Payload second = bench.close();
    bench.integer(DOOR, T, 1);
    Payload third = bench.close();
    assertSame(first.schema(), second.schema());
    assertNotEquals(second.schema().id(), third.schema().id());
    SchemaDescription schema = BatchReader.schema(third.schema().content());
    assertEquals(List.of(SPEED, TORQUE, DOOR), schema.signals());
    assertEquals(Optional.empty(), schema.sender());
    assertEquals(8, schema.id().length());
  }

  @Test
  void ledgerAccountsForEverySampleDecoded() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.health.counter(Declared.count("source.frames"), "can0").add(40);
    bench.health.counter(Declared.count("source.frames"), "can1").add(2);
    bench.health.counter(Declared.count("source.overrun"), "can0").add(3);
    bench.health.counter(Declared.count("source.malformed"), "can1").add(4);
    bench.health.counter(Declared.count("inbox.dropped"), "can0").add(5);
    bench.health.counter(Declared.count("decode.unknown"), "can0").add(6);
    bench.health.counter(Declared.count("decode.samples"), "can1").add(7);
    bench.health.counter(Declared.count("shape.withheld"), "cloud").add(7);
    bench.health.counter(Declared.count("shape.withheld"), "other").add(99);
    bench.health.counter(Declared.count("store.evicted"), "cloud").add(8);
    bench.health.counter(Declared.count("store.evicted_batches"), "cloud").add(9);
    bench.health.counter(Declared.count("uplink.rejected"), "cloud").add(10);
    bench.health.counter(Declared.count("uplink.rejected_batches"), "cloud").add(11);
    bench.integer(SPEED, T, 1);
    bench.integer(SPEED, T, 2);
    Payload payload = bench.close();
    LedgerCounts counts = read(payload).ledger().orElseThrow();
    assertEquals(new LedgerCounts(42, 3, 4, 5, 6, 9, 7, 2, 8, 9, 10, 11), counts);
    assertEquals(counts.samplesDecoded(), counts.samplesWithheld() + counts.samplesSent());
    assertEquals(
        2, bench.health.counter(Declared.count("encode.samples"), "cloud").value());
  }

  @Test
  void batchThatAFaultKeepsFromBeingMadeIsGivenUpOnceAndNamed() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.health.counter(Declared.count("frames.given_up"), "can0").add(3);
    bench.integer(SPEED, T, 1);
    bench.integer(SPEED, T, 2);
    bench.timeline.advanceNs(Workbench.EXACT.maxAgeNs());
    assertThrows(
        StackOverflowError.class,
        () -> bench.encoder.tick(bench.timeline.nowNs(), payload -> {
          throw new StackOverflowError("on purpose");
        }));
    // it does not come again
    bench.encoder.flush(payload -> {
      throw new AssertionError("nothing is open");
    });
    bench.takeAsGiven();
    bench.integer(SPEED, T, 3);
    Payload payload = bench.close();
    LedgerCounts counts = read(payload).ledger().orElseThrow();
    assertEquals(1, payload.reports());
    assertEquals(3, counts.samplesDecoded());
    assertEquals(3, counts.samplesSent());
    assertEquals(2, counts.samplesEvicted());
    assertEquals(0, counts.batchesEvicted());
    assertEquals(3, counts.framesDropped());
  }

  @Test
  void ledgerAndBootCountGoOnFromTheNewestStoredBody() throws MalformedMessageException {
    Workbench before = new Workbench(Workbench.EXACT, SPEED);
    before.health.counter(Declared.count("source.overrun"), "can0").add(3);
    before.integer(SPEED, T, 1);
    Payload newest = before.close();
    Workbench after = new Workbench(Workbench.EXACT, SPEED);
    after.encoder.restore(newest.body());
    after.health.counter(Declared.count("source.overrun"), "can0").add(2);
    after.integer(SPEED, T, 1);
    ReadBatch batch = read(after.close());
    assertEquals(2, batch.bootCount());
    assertEquals(2, after.encoder.bootCount());
    assertEquals(Optional.of(new LedgerCounts(0, 5, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0)), batch.ledger());
    assertEquals(1, read(newest).bootCount());
    assertEquals(Workbench.BOOT, batch.bootId());
  }

  @Test
  void baseTimeAndMonotonicTimeAreOneMoment() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.integer(SPEED, 5_000_000L, 1);
    ReadBatch batch = read(bench.close());
    // The fake's two clocks show the same.
    assertEquals(5_000L, batch.baseTimeUs());
    assertEquals(5_000L, batch.monotonicUs());
    assertEquals(TimeOrigin.NTP, batch.timeOrigin());
    assertEquals(2000, batch.timeErrorUs(), "1001 us, in whole milliseconds as the times are");
  }

  @ParameterizedTest
  @CsvSource({
    "1000000000, 2000, 1000",
    "100000000, 2000, 1000",
    "1000000, 2000, 1000",
    "100000, 1100, 100",
    "1000, 1001, 1"
  })
  void clockReadingsAreInUnitsOfTheTimesButNoCoarserThanMilliseconds(
      long unitNs, long errorUs, long clockUnitUs) throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    // the other clock is 123.456789 s ahead
    bench.timeline.jumpNs(-123_456_789_000L);
    bench.integer(SPEED, 7 * unitNs, 1);
    ReadBatch batch = read(bench.close());
    long exactUs = 7 * unitNs / 1000 + 123_456_789L;
    assertEquals(7 * unitNs / 1000, batch.baseTimeUs());
    assertEquals((exactUs + clockUnitUs / 2) / clockUnitUs * clockUnitUs, batch.monotonicUs());
    assertEquals(errorUs, batch.timeErrorUs());
  }

  @Test
  void sequenceAndLateFlagAreAppendedToTheStoredBody() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    bench.integer(SPEED, T, 1);
    Payload payload = bench.close();
    Bytes message = TelemetryEnvelope.around(payload.body(), 300, true);
    assertEquals(payload.body().toString() + "08ac021001", message.toString());
    BatchEnvelope late = new BatchEnvelope(300, true, payload.schema().id());
    assertEquals(late, BatchReader.envelope(message));
    BatchEnvelope live = new BatchEnvelope(1, false, payload.schema().id());
    assertEquals(live, BatchReader.envelope(TelemetryEnvelope.around(payload.body(), 1, false)));
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    assertEquals(late, BatchReader.batch(message, schema).envelope());
    assertEquals(0, BatchReader.envelope(payload.body()).sequence());
  }

  @Test
  void timesAreRoundedToTheNearestQuantum() throws MalformedMessageException {
    Workbench bench =
        new Workbench(new TelemetrySettings(1_000_000_000L, 5000, 262_144, 2, true, true), SPEED);
    bench.integer(SPEED, T + 49_999, 1);
    bench.integer(SPEED, T + 50_000, 2);
    bench.integer(SPEED, T + 149_999, 3);
    ReadBatch batch = read(bench.close());
    assertEquals(
        List.of(T / 1000, T / 1000 + 100, T / 1000 + 100),
        Workbench.samples(batch).stream().map(BatchSample::timeUs).toList());
  }

  @Test
  void wholeMillisecondsCostNoMoreThanMilliseconds() {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED);
    Workbench finer = new Workbench(Workbench.EXACT, SPEED);
    for (int i = 0; i < 100; i++) {
      bench.integer(SPEED, T + i * (i + 1L) * 1_000_000L, i);
      finer.integer(SPEED, T + i * (i + 1L) * 1_000_000L + i % 2 * 1000L, i);
    }
    assertTrue(bench.close().body().length() < finer.close().body().length() - 50);
  }

  @Test
  void qualityOfEverySampleComesBack() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT, SPEED, TORQUE, DOOR);
    for (int i = 0; i < 60; i++) {
      bench.integer(SPEED, T + i, QUALITIES.get(i % 7), i);
      bench.integer(TORQUE, T + i, i < 30 ? Quality.NOT_AVAILABLE : Quality.OK, 255);
      bench.integer(DOOR, T + i, i > 40 ? Quality.STALE : Quality.OK, 1);
    }
    ReadBatch batch = read(bench.close());
    assertEquals(bench.takeGiven(batch.schema()), Workbench.samples(batch));
  }
}
