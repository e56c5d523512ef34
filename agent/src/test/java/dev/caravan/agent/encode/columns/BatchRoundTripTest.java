package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in comes out: every value to the bit, every time, every quality, in order of arrival. */
class BatchRoundTripTest {
  private static IntStream seeds() {
    return IntStream.range(0, 150);
  }

  /** Every other seed in the one form, the rest in the other. */
  private static TelemetrySettings form(int seed) {
    return seed % 2 == 0 ? Workbench.EXACT : Workbench.PLAIN;
  }

  private static Map<SignalSpec, List<BatchSample>> bySignal(List<BatchSample> samples) {
    Map<SignalSpec, List<BatchSample>> lists = new LinkedHashMap<>();
    for (BatchSample sample : samples) {
      lists.computeIfAbsent(sample.signal(), signal -> new ArrayList<>()).add(sample);
    }
    return lists;
  }

  private static void assertComesBack(Workbench bench, int count) throws MalformedMessageException {
    Payload payload = bench.close();
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    ReadBatch batch = BatchReader.batch(payload.body(), schema);
    assertEquals(count, payload.reports());
    assertEquals(count, batch.sampleCount());
    assertEquals(bySignal(bench.takeAsGiven()), bySignal(Workbench.samples(batch)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomBatchesComeBack(int seed) throws MalformedMessageException {
    for (TelemetrySettings form : List.of(Workbench.EXACT, Workbench.PLAIN)) {
      Workbench bench = new Workbench(form);
      RandomBatches batches = new RandomBatches(seed, bench);
      int[] counts = {1, 2, 30, 700 + seed, 40};
      for (int count : counts) {
        batches.fill(count);
        assertComesBack(bench, count);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bothFormsSayTheSame(int seed) throws MalformedMessageException {
    Workbench compact = new Workbench(Workbench.EXACT);
    Workbench plain = new Workbench(Workbench.PLAIN);
    new RandomBatches(seed, compact).fill(1 + seed);
    new RandomBatches(seed, plain).fill(1 + seed);
    Payload one = compact.close();
    Payload other = plain.close();
    assertEquals(one.schema(), other.schema());
    SchemaDescription schema = BatchReader.schema(one.schema().content());
    assertEquals(
        SampleLine.lines(BatchReader.batch(other.body(), schema)),
        SampleLine.lines(BatchReader.batch(one.body(), schema)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1002})
  void hundredThousandSamplesComeBack(int seed) throws MalformedMessageException {
    Workbench bench = new Workbench(form(seed));
    new RandomBatches(seed, bench).fill(100_000);
    assertComesBack(bench, 100_000);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sameInputGivesTheSameBytes(int seed) {
    Workbench one = new Workbench(form(seed));
    Workbench other = new Workbench(form(seed));
    new RandomBatches(seed, one).fill(300);
    new RandomBatches(seed, other).fill(300);
    assertEquals(one.close(), other.close());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void samplesComeInOrderOfTimeIfThoseOfEachSignalDid(int seed) throws MalformedMessageException {
    Workbench bench = new Workbench(form(seed));
    new RandomBatches(seed, bench).fill(500);
    Payload payload = bench.close();
    SchemaDescription schema = BatchReader.schema(payload.schema().content());
    boolean allRise =
        bySignal(bench.takeAsGiven()).values().stream().allMatch(BatchRoundTripTest::rises);
    List<BatchSample> read = Workbench.samples(BatchReader.batch(payload.body(), schema));
    assertEquals(allRise, rises(read));
  }

  private static boolean rises(List<BatchSample> samples) {
    for (int i = 1; i < samples.size(); i++) {
      if (samples.get(i).timeUs() < samples.get(i - 1).timeUs()) {
        return false;
      }
    }
    return true;
  }
}
