package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetrySplitterTest {
  private static final Comparator<BatchSample> ANY_ORDER =
      Comparator.comparing(BatchSample::toString);

  private static List<BatchSample> sorted(List<BatchSample> samples) {
    List<BatchSample> sorted = new ArrayList<>(samples);
    sorted.sort(ANY_ORDER);
    return sorted;
  }

  @ParameterizedTest
  @ValueSource(longs = {700, 1000, 5000, 100_000})
  void partsFitAndTogetherAreTheBatch(long mostBytes) throws MalformedMessageException {
    for (int seed = 0; seed < 25; seed++) {
      Workbench bench = new Workbench(Workbench.EXACT);
      new RandomBatches(seed, bench).fill(1500);
      Payload payload = bench.close();
      SchemaDescription schema = BatchReader.schema(payload.schema().content());
      ReadBatch whole = BatchReader.batch(payload.body(), schema);
      List<Bytes> parts =
          TelemetrySplitter.split(payload.body(), payload.schema().content(), mostBytes);
      assertTrue(!parts.isEmpty(), "seed=" + seed);
      List<BatchSample> found = new ArrayList<>();
      for (Bytes part : parts) {
        assertTrue(part.length() <= mostBytes, "seed=" + seed + ", sizeBytes=" + part.length());
        ReadBatch read = BatchReader.batch(part, schema);
        assertEquals(whole.ledger(), read.ledger());
        assertEquals(whole.bootId(), read.bootId());
        assertEquals(whole.bootCount(), read.bootCount());
        assertEquals(whole.timeOrigin(), read.timeOrigin());
        assertTrue(read.timeErrorUs() >= whole.timeErrorUs() && read.timeErrorUs() <= 2000);
        // a part may have times in whole milliseconds though the batch has not
        long apartUs =
            (whole.baseTimeUs() - whole.monotonicUs()) - (read.baseTimeUs() - read.monotonicUs());
        assertTrue(Math.abs(apartUs) <= 500, "seed=" + seed + ", apartUs=" + apartUs);
        found.addAll(Workbench.samples(read));
      }
      assertEquals(sorted(Workbench.samples(whole)), sorted(found), "seed=" + seed);
    }
  }

  @Test
  void earlierSamplesAreInEarlierParts() throws MalformedMessageException {
    Payload payload = motion();
    List<Bytes> parts = TelemetrySplitter.split(payload.body(), payload.schema().content(), 150);
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    long before = Long.MIN_VALUE;
    for (Bytes part : parts) {
      for (BatchSample each : Workbench.samples(BatchReader.batch(part, schema))) {
        assertTrue(each.timeUs() >= before);
        before = each.timeUs();
      }
    }
    assertTrue(parts.size() > 2, "parts=" + parts.size());
  }

  @Test
  void oneSampleThatIsTooLargeCannotBeDivided() throws MalformedMessageException {
    Workbench bench = new Workbench(Workbench.EXACT);
    bench.bytes(
        Workbench.spec("can0.Block", "can0", Kind.BYTES), Workbench.START_NS, randomBlock(5000));
    Payload payload = bench.close();
    assertEquals(
        List.of(), TelemetrySplitter.split(payload.body(), payload.schema().content(), 1000));
  }

  @Test
  void whatIsNoBatchIsMalformed() {
    Bytes rubbish = Bytes.ofHex("ffff");
    assertThrows(
        MalformedMessageException.class,
        () -> TelemetrySplitter.split(rubbish, GoldenBatches.schema(), 1000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"30003802", "30033802", "3001", "30013881808001"})
  void partOfNothingIsMalformed(String fields) {
    Bytes message = GoldenBatches.stored("batch-example").then(Bytes.ofHex(fields));
    assertThrows(MalformedMessageException.class, () -> BatchReader.envelope(message));
    assertThrows(
        MalformedMessageException.class,
        () -> BatchReader.batch(message, BatchReader.schema(GoldenBatches.stored("schema"))));
  }

  private static Bytes randomBlock(int length) {
    byte[] content = new byte[length];
    new Random(1).nextBytes(content);
    return Bytes.owning(content);
  }

  private static Payload motion() {
    Workbench bench = new Workbench(Workbench.EXACT);
    SignalSpec speed = Workbench.spec("can0.Speed", "can0", Kind.SIGNED);
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      bench.integer(speed, Workbench.START_NS + i * 10_000_000L, random.nextInt(100_000));
    }
    return bench.close();
  }
}
