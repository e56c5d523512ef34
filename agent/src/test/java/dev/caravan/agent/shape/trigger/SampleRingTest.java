package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleRingTest {
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal speed = table.define(SignalSpec.of("a.Speed", "a", "", Kind.SIGNED));
  private final Signal name = table.define(SignalSpec.of("a.Name", "a", "", Kind.TEXT));

  private void add(SampleRing ring, long from, long to) {
    Sample sample = new Sample(speed);
    for (long i = from; i < to; i++) {
      ring.add(sample.setInteger(speed, i, Quality.OK, i));
    }
  }

  private static List<Long> times(SampleRing ring, long from, long through) {
    SampleColumns out = new SampleColumns(0);
    ring.copyTo(out, from, through, sample -> true);
    List<Long> times = new ArrayList<>();
    out.forEach(sample -> times.add(sample.timeNs()));
    return times;
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void growsAsFarAsItsTimeNeeds() {
    SampleRing ring = new SampleRing(5_000);
    add(ring, 0, 50_000);
    assertEquals(range(45_000, 50_000), times(ring, 45_000, 50_000));
    assertEquals(false, ring.lacks(45_000));
    assertEquals(8192, ring.size());
  }

  @Test
  void oldestGoAtTheBoundAndAreMissed() {
    SampleRing ring = new SampleRing(5_000, 1_500, 1 << 20);
    add(ring, 0, 10_000);
    assertEquals(1_500, ring.size());
    assertEquals(range(8_500, 10_000), times(ring, 5_000, 10_000));
    assertEquals(true, ring.lacks(5_000));
    assertEquals(false, ring.lacks(8_500));
    assertEquals(true, ring.lacks(8_499));
  }

  @Test
  void boundOfWholeAgentIsTwoToTheSeventeen() {
    SampleRing ring = new SampleRing(Long.MAX_VALUE);
    add(ring, 0, 200_000);
    assertEquals(1 << 17, ring.size());
    assertEquals(range(200_000 - (1 << 17), 200_000), times(ring, 0, 200_000));
  }

  @Test
  void longTextsAreBoundedToo() {
    SampleRing ring = new SampleRing(5_000, 1_000, 10 * (48 + 10));
    Sample sample = new Sample(name);
    for (int i = 0; i < 50; i++) {
      ring.add(sample.setText(name, i, Quality.OK, "0123456789"));
    }
    assertEquals(range(40, 50), times(ring, 0, 50));
    assertEquals(true, ring.lacks(0));
    ring.add(sample.setText(name, 50, Quality.OK, "x".repeat(600)));
    assertEquals(List.of(), times(ring, 0, 50));
    add(ring, 60, 70);
    assertEquals(range(60, 70), times(ring, 0, 100));
  }

  @Test
  void onlyWhatIsWantedIsCopied() {
    SampleRing ring = new SampleRing(5_000);
    add(ring, 0, 10);
    SampleColumns out = new SampleColumns(0);
    ring.copyTo(out, 2, 8, sample -> sample.rawBits() % 2 == 1);
    List<Long> found = new ArrayList<>();
    out.forEach(sample -> found.add(sample.rawBits()));
    assertEquals(List.of(3L, 5L, 7L), found);
  }

  @Test
  void clearedRingHasNothingAndMissesNothing() {
    SampleRing ring = new SampleRing(5_000, 16, 1 << 20);
    add(ring, 0, 100);
    ring.clear();
    assertEquals(false, ring.lacks(0));
    add(ring, 3, 6);
    assertEquals(List.of(3L, 4L, 5L), times(ring, 0, 100));
  }
}
