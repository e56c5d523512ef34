package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.v1.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which batches tell their ledger, and that none is forgotten on the device. */
class LedgerTellingTest {
  private static final SignalSpec SPEED = Workbench.spec("Speed", "can0.Engine", Kind.UNSIGNED);
  private static final long SECOND_NS = 1_000_000_000L;

  private static Workbench bench(long maxAgeNs) {
    return new Workbench(new TelemetrySettings(maxAgeNs, 5000, 262_144, 0, true, true), SPEED);
  }

  /** One sample, and a tick when its batch is old enough. */
  private static Payload batch(Workbench bench, long afterNs) {
    bench.integer(SPEED, bench.timeline.nowNs(), 1);
    bench.tickAfter(afterNs);
    return bench.payloads.get(bench.payloads.size() - 1);
  }

  /** As it leaves. */
  private static Optional<LedgerCounts> told(Payload payload) throws MalformedMessageException {
    return sent(payload).ledger();
  }

  private static ReadBatch sent(Payload payload) throws MalformedMessageException {
    Bytes message = TelemetryEnvelope.around(payload.body(), 1, false);
    return BatchReader.batch(message, BatchReader.schema(payload.schema().content()));
  }

  private static LedgerCounts kept(Payload payload) throws Exception {
    return LedgerCounts.of(Batch.parseFrom(payload.body().toArray()).getKeptLedger());
  }

  @ParameterizedTest
  @CsvSource({
    // age of batches, ms; the batches of the first minute that tell, from 0
    "1000, 0 9 18 27 36 45 54",
    "2000, 0 4 8 12 16 20 24 28",
    "5000, 0 1 2 3 4 5 6 7 8 9 10 11",
    "8000, 0 1 2 3 4 5 6",
    "60000, 0",
  })
  void noTenSecondsPassWithoutALedger(long ageMs, String tell) throws MalformedMessageException {
    Workbench bench = bench(ageMs * 1_000_000L);
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 60_000 / ageMs; i++) {
      if (told(batch(bench, ageMs * 1_000_000L)).isPresent()) {
        told.add(Integer.toString(i));
      }
    }
    assertEquals(tell, String.join(" ", told));
  }

  @Test
  void sleepOfTheBoardCounts() throws MalformedMessageException {
    Workbench bench = bench(SECOND_NS);
    assertTrue(told(batch(bench, SECOND_NS)).isPresent());
    assertTrue(told(batch(bench, SECOND_NS)).isEmpty());
    bench.timeline.sleepNs(3600 * SECOND_NS);
    bench.encoder.tick(bench.timeline.nowNs(), bench.payloads::add);
    assertTrue(told(batch(bench, SECOND_NS)).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source.overrun",
        "source.malformed",
        "inbox.dropped",
        "frames.given_up",
        "store.evicted",
        "store.evicted_batches",
        "store.corrupt",
        "uplink.unheard",
        "uplink.rejected",
        "uplink.rejected_batches"
      })
  void lossIsToldInTheNextBatch(String counter) throws MalformedMessageException {
    Workbench bench = bench(SECOND_NS);
    batch(bench, SECOND_NS);
    assertTrue(told(batch(bench, SECOND_NS)).isEmpty());
    bench.health.counter(Declared.count(counter), "cloud").increment();
    assertTrue(told(batch(bench, SECOND_NS)).isPresent(), counter);
    assertTrue(told(batch(bench, SECOND_NS)).isEmpty(), "once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"source.frames", "decode.unknown", "decode.samples"})
  void whatIsNoLossWaits(String counter) throws MalformedMessageException {
    Workbench bench = bench(SECOND_NS);
    batch(bench, SECOND_NS);
    bench.health.counter(Declared.count(counter), "cloud").increment();
    assertTrue(told(batch(bench, SECOND_NS)).isEmpty());
  }

  @Test
  void batchThatAFaultKeepsFromBeingMadeIsToldOfInTheNextOne() throws MalformedMessageException {
    Workbench bench = bench(SECOND_NS);
    batch(bench, SECOND_NS);
    bench.integer(SPEED, bench.timeline.nowNs(), 1);
    bench.timeline.advanceNs(SECOND_NS);
    try {
      bench.encoder.tick(bench.timeline.nowNs(), payload -> {
        throw new IllegalStateException("on purpose");
      });
    } catch (IllegalStateException e) {
      assertEquals("on purpose", e.getMessage());
    }
    assertEquals(1, told(batch(bench, SECOND_NS)).orElseThrow().samplesEvicted());
  }

  @Test
  void whatAFlushOrAStopClosesIsTold() throws MalformedMessageException {
    Workbench bench = bench(SECOND_NS);
    batch(bench, SECOND_NS);
    bench.integer(SPEED, bench.timeline.nowNs(), 1);
    bench.encoder.flush(bench.payloads::add);
    assertTrue(told(bench.payloads.get(1)).isPresent());
    assertTrue(told(batch(bench, SECOND_NS)).isEmpty());
    bench.integer(SPEED, bench.timeline.nowNs(), 1);
    bench.encoder.finish(bench.payloads::add);
    assertTrue(told(bench.payloads.get(3)).isPresent());
  }

  @Test
  void whatIsNotToldStaysOnTheDeviceAndDoesNotLeave() throws Exception {
    Workbench bench = bench(SECOND_NS);
    bench.health.counter(Declared.count("source.frames"), "can0").add(70);
    batch(bench, SECOND_NS);
    bench.health.counter(Declared.count("source.frames"), "can0").add(7);
    Payload untold = batch(bench, SECOND_NS);
    assertEquals(new LedgerCounts(77, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0), kept(untold));
    Bytes message = TelemetryEnvelope.around(untold.body(), 1, false);
    assertFalse(Batch.parseFrom(message.toArray()).hasKeptLedger());
    assertTrue(told(untold).isEmpty());
    // tag, length and six bytes of the kept ledger go, two of the sequence come
    assertEquals(untold.body().length() - 8 + 2, message.length());
    assertFalse(Batch.parseFrom(bench.payloads.get(0).body().toArray()).hasKeptLedger());
  }

  @Test
  void startGoesOnFromALedgerThatWasKeptAndTellsItAtOnce() throws MalformedMessageException {
    Workbench before = bench(SECOND_NS);
    before.health.counter(Declared.count("source.frames"), "can0").add(70);
    batch(before, SECOND_NS);
    before.health.counter(Declared.count("source.frames"), "can0").add(7);
    Payload untold = batch(before, SECOND_NS);
    Workbench after = bench(SECOND_NS);
    after.encoder.restore(untold.body());
    after.health.counter(Declared.count("source.frames"), "can0").add(100);
    ReadBatch first = sent(batch(after, SECOND_NS));
    assertEquals(
        Optional.of(new LedgerCounts(177, 0, 0, 0, 0, 3, 0, 3, 0, 0, 0, 0)), first.ledger());
    assertEquals(2, first.bootCount());
  }

  @Test
  void batchesThatAreToldAnewTellWhatTheyKept() throws Exception {
    Workbench bench = bench(SECOND_NS);
    List<Payload> made = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      made.add(batch(bench, SECOND_NS));
    }
    // three of them, behind a stream that has sent 100 samples
    Workbench other = bench(SECOND_NS);
    for (int i = 0; i < 99; i++) {
      other.integer(SPEED, other.timeline.nowNs(), 1);
    }
    batch(other, SECOND_NS);
    LedgerRetelling retelling =
        bench.encoder.retelling(Optional.of(other.payloads.get(0).body()), Losses.NONE);
    List<Long> sent = new ArrayList<>();
    for (Payload payload : made.subList(1, 4)) {
      Bytes retold = retelling.retold(payload.body(), 1);
      ReadBatch batch =
          BatchReader.batch(retold, BatchReader.schema(payload.schema().content()));
      assertTrue(batch.isCompact());
      LedgerCounts counts = batch.ledger().orElseThrow();
      assertEquals(counts.samplesDecoded(), counts.samplesWithheld() + counts.samplesSent());
      sent.add(counts.samplesSent());
    }
    assertEquals(List.of(101L, 102L, 103L), sent);
    Encoder.GoingOver over = bench.encoder.goingOver();
    over.behind(retelling, Losses.NONE);
    assertEquals(104, told(batch(bench, SECOND_NS)).orElseThrow().samplesSent(), "told at once");
  }

  @Test
  void firstEncodingTellsInEveryBatch() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.PLAIN, SPEED);
    for (int i = 0; i < 5; i++) {
      assertEquals(i + 1, told(batch(bench, SECOND_NS)).orElseThrow().samplesSent());
    }
  }
}
