package dev.caravan.agent.shape.deadband;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadbandTest {
  private static final long MS = 1_000_000L;
  private static final long START_NS = 1_764_000_000_000_000_000L;

  private final Path folder;

  DeadbandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Health health = new Health();

  /** Factor 0.1, so that the physical values of the tests have the rounding errors of real ones. */
  private final Signal speed = table.define(new SignalSpec(
      "Vehicle.Speed", "g", "km/h", Kind.SIGNED, 0.1, 0, Double.NaN, Double.NaN, Map.of()));

  private final Signal level = table.define(SignalSpec.of("Vehicle.Level", "g", "", Kind.DOUBLE));
  private final Signal plate = table.define(SignalSpec.of("Vehicle.Plate", "g", "", Kind.TEXT));
  private final Signal block = table.define(SignalSpec.of("Vehicle.Block", "g", "", Kind.BYTES));

  private Deadband shaper(String... rules) throws Exception {
    return new Deadband(ShapeSettingsTest.shape(folder, rules), "cloud", health);
  }

  private boolean passes(Deadband shaper, Sample sample) {
    List<Report> out = new ArrayList<>();
    SampleGroup group = Groups.of(table, sample);
    shaper.accept(group, out::add);
    out.forEach(report -> {
      SampleGroup sent = ((Reading) report).group();
      assertEquals(1, sent.size());
      assertSame(sample.signal(), sent.signal(0));
      assertEquals(sample.timeNs(), sent.timeNs());
      assertEquals(sample.quality(), sent.quality(0));
      assertEquals(sample.rawBits(), sent.rawBits(0));
      assertEquals(sample.text(), sent.text(0));
      assertEquals(sample.bytes(), sent.bytes(0));
    });
    return !out.isEmpty();
  }

  private boolean whole(Deadband shaper, long timeMs, long raw) {
    return passes(
        shaper, new Sample(speed).setInteger(speed, START_NS + timeMs * MS, Quality.OK, raw));
  }

  private boolean floating(Deadband shaper, long timeMs, double value) {
    return passes(
        shaper, new Sample(level).setFloating(level, START_NS + timeMs * MS, Quality.OK, value));
  }

  /** The times in milliseconds of those that pass, of samples of rising value at the times given. */
  private List<Long> sent(Deadband shaper, long... timesMs) {
    List<Long> sent = new ArrayList<>();
    for (long timeMs : timesMs) {
      if (whole(shaper, timeMs, timeMs)) {
        sent.add(timeMs);
      }
    }
    return sent;
  }

  private static long[] every(long stepMs, int count) {
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = i * stepMs;
    }
    return times;
  }

  @Test
  void withoutRulesEverySamplePasses() throws Exception {
    Deadband shaper = shaper();
    for (int i = 0; i < 10; i++) {
      assertTrue(whole(shaper, 0, 7));
    }
    assertEquals(0, health.total(Declared.count("shape.withheld")));
  }

  @Test
  void signalThatNoRuleMatchesIsNotSentAndCounted() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Level}");
    assertEquals(List.of(), sent(shaper, 0, 1, 2));
    assertTrue(floating(shaper, 3, 1));
    assertEquals(3, health.counter(Declared.count("shape.withheld"), "cloud").value());
  }

  @Test
  void firstMatchingRuleDecides() throws Exception {
    Deadband shaper =
        shaper("{match: Vehicle.Speed, drop: true}", "{match: \"Vehicle.*\", on_change: true}");
    assertEquals(List.of(), sent(shaper, 0, 1, 2));
    assertTrue(floating(shaper, 0, 1));
  }

  @Test
  void droppedSignalIsNotSentEvenWhenItsQualityChanges() throws Exception {
    Deadband shaper = shaper("{match: \"**\", drop: true}");
    for (Quality quality : Quality.values()) {
      assertEquals(
          false, passes(shaper, new Sample(speed).setInteger(speed, START_NS, quality, 1)));
    }
  }

  @Test
  void periodKeepsEveryTenthOfATenTimesFasterSignal() throws Exception {
    List<Long> sent = sent(shaper("{match: Vehicle.Speed, period: 100ms}"), every(10, 1001));
    assertEquals(List.of(0L, 80L, 180L, 280L), sent.subList(0, 4));
    assertEquals(101, sent.size());
  }

  @Test
  void jitterOfTheBusDoesNotHalveTheRate() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    assertEquals(6, sent(shaper, 0, 99, 201, 299, 402, 498).size());
  }

  /** Cycles that do not divide the period: over 60 s one sample in 100 ms on average, and not one more. */
  @ParameterizedTest
  @CsvSource({"1, 601", "7, 601", "33, 601", "60, 601", "70, 601", "100, 601", "130, 462"})
  void averageRateIsThatOfThePeriod(int cycleMs, int wanted) throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    assertEquals(wanted, sent(shaper, every(cycleMs, 60_000 / cycleMs + 1)).size());
  }

  @Test
  void samplesOfOnePeriodAreNeverNearerThanHalfOfIt() throws Exception {
    Random random = new Random(7);
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    long timeMs = 0;
    long lastMs = -1000;
    for (int i = 0; i < 10_000; i++) {
      timeMs += random.nextInt(150);
      if (whole(shaper, timeMs, i)) {
        assertTrue(timeMs - lastMs >= 50, "timeMs=" + timeMs + ", lastMs=" + lastMs);
        lastMs = timeMs;
      }
    }
  }

  @Test
  void firstSampleAfterAPausePassesAtOnceAndSetsThePhase() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    assertEquals(List.of(0L, 1042L, 1117L), sent(shaper, 0, 50, 1042, 1092, 1116, 1117));
  }

  @Test
  void clockSetBackDoesNotSilenceASignal() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms, on_change: true}");
    assertEquals(List.of(1_000_000L, 500L, 600L), sent(shaper, 1_000_000, 500, 510, 550, 600, 610));
  }

  @Test
  void clockSetBackByLessThanAPeriodDelaysASignalByTwoPeriodsAtMost() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    assertEquals(List.of(1000L, 1080L), sent(shaper, 1000, 910, 950, 1000, 1050, 1080, 1090));
  }

  @Test
  void flickeringQualityDoesNotUseUpThePeriodsToCome() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, period: 100ms}");
    for (int i = 0; i < 50; i++) {
      Quality quality = i % 2 == 0 ? Quality.OK : Quality.ERROR;
      assertTrue(
          passes(shaper, new Sample(speed).setInteger(speed, START_NS + i * MS, quality, 1)));
    }
    Sample next = new Sample(speed).setInteger(speed, START_NS + 150 * MS, Quality.ERROR, 1);
    assertTrue(passes(shaper, next));
  }

  @Test
  void unchangedValueIsWithheldUntilTheSilenceIsLongEnough() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, on_change: true, max_silence: 1s}");
    assertTrue(whole(shaper, 0, 624));
    assertEquals(false, whole(shaper, 999, 624));
    assertTrue(whole(shaper, 1000, 624));
    assertTrue(whole(shaper, 1001, 625));
    assertEquals(false, whole(shaper, 2000, 625));
    assertTrue(whole(shaper, 2001, 625));
  }

  @Test
  void changeWithinThePeriodIsWithheldAndTheNextSampleTellsIt() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, on_change: true, period: 100ms}");
    assertTrue(whole(shaper, 0, 1));
    assertEquals(false, whole(shaper, 10, 2));
    assertTrue(whole(shaper, 100, 2));
    assertEquals(false, whole(shaper, 300, 2));
    assertTrue(whole(shaper, 310, 3));
  }

  @Test
  void stepOfJustTheDeadbandIsWithheldWhateverItsRounding() throws Exception {
    ShapeSettings settings =
        ShapeSettingsTest.shape(folder, "{match: Vehicle.Speed, deadband: 0.5}");
    for (int raw = -3000; raw < 3000; raw++) {
      Deadband shaper = new Deadband(settings, "cloud", health);
      assertTrue(whole(shaper, 0, raw));
      assertEquals(false, whole(shaper, 1, raw + 5), "raw=" + raw);
      assertEquals(false, whole(shaper, 2, raw - 5), "raw=" + raw);
      assertTrue(whole(shaper, 3, raw + 6), "raw=" + raw);
      assertEquals(false, whole(shaper, 4, raw + 1), "raw=" + raw);
      assertTrue(whole(shaper, 5, raw), "raw=" + raw);
    }
  }

  @Test
  void slowDriftIsMeasuredAgainstTheValueSentLast() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Speed, deadband: 0.5}");
    List<Long> sent = new ArrayList<>();
    for (int raw = 0; raw <= 18; raw++) {
      if (whole(shaper, raw, raw)) {
        sent.add((long) raw);
      }
    }
    assertEquals(List.of(0L, 6L, 12L, 18L), sent);
  }

  @Test
  void percentIsOfTheValueSentLastAndAnyStepLeavesZero() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Level, deadband_percent: 10}");
    assertTrue(floating(shaper, 0, -200));
    assertEquals(false, floating(shaper, 1, -180));
    assertEquals(false, floating(shaper, 2, -220));
    assertTrue(floating(shaper, 3, -221));
    assertTrue(floating(shaper, 4, 0));
    assertTrue(floating(shaper, 5, 1e-300));
  }

  @Test
  void theWiderOfTwoDeadbandsCounts() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Level, deadband: 1, deadband_percent: 10}");
    assertTrue(floating(shaper, 0, 0));
    assertEquals(false, floating(shaper, 1, 1));
    assertTrue(floating(shaper, 2, 100));
    assertEquals(false, floating(shaper, 3, 109));
    assertTrue(floating(shaper, 4, 111));
  }

  @Test
  void notANumberEqualsItselfAndNothingElse() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Level, deadband: 5, deadband_percent: 5}");
    double other = Double.longBitsToDouble(0x7FF8_0000_0000_0001L);
    assertTrue(floating(shaper, 0, Double.NaN));
    assertEquals(false, floating(shaper, 1, Double.NaN));
    assertEquals(false, floating(shaper, 2, other));
    assertTrue(floating(shaper, 3, 1));
    assertTrue(floating(shaper, 4, Double.POSITIVE_INFINITY));
    assertEquals(false, floating(shaper, 5, Double.POSITIVE_INFINITY));
    assertTrue(floating(shaper, 6, Double.NEGATIVE_INFINITY));
    assertTrue(floating(shaper, 7, 2));
    assertEquals(false, floating(shaper, 8, 3));
    assertTrue(floating(shaper, 9, Double.NaN));
  }

  @Test
  void zeroOfEitherSignIsTheSameValue() throws Exception {
    Deadband shaper = shaper("{match: Vehicle.Level, on_change: true}");
    assertTrue(floating(shaper, 0, 0.0));
    assertEquals(false, floating(shaper, 1, -0.0));
  }

  @Test
  void wholeNumbersAreComparedInAll64Bits() throws Exception {
    for (Kind kind : List.of(Kind.SIGNED, Kind.UNSIGNED)) {
      Signal odometer = table.define(SignalSpec.of("Vehicle.Odometer", "g", "", kind));
      Deadband shaper = shaper("{match: \"**\", deadband: 1}");
      long edge = kind == Kind.UNSIGNED ? Long.MAX_VALUE : 1L << 60;
      long[] raws = {edge, edge + 1, edge + 2, edge + 1, edge};
      boolean[] wanted = {true, false, true, false, true};
      for (int i = 0; i < raws.length; i++) {
        Sample sample = new Sample(odometer).setInteger(odometer, START_NS, Quality.OK, raws[i]);
        assertEquals(wanted[i], passes(shaper, sample), kind + " step " + i);
      }
      Sample far = new Sample(odometer)
          .setInteger(odometer, START_NS, Quality.OK, kind == Kind.UNSIGNED ? 0 : Long.MIN_VALUE);
      assertTrue(passes(shaper, far));
    }
  }

  @Test
  void textAndBytesChangeByContent() throws Exception {
    Deadband shaper = shaper("{match: \"**\", deadband: 100}");
    Sample text = new Sample(plate);
    assertTrue(passes(shaper, text.setText(plate, START_NS, Quality.OK, "A 1")));
    assertEquals(
        false, passes(shaper, text.setText(plate, START_NS, Quality.OK, new String("A 1"))));
    assertTrue(passes(shaper, text.setText(plate, START_NS, Quality.OK, "")));
    Sample bytes = new Sample(block);
    assertTrue(passes(shaper, bytes.setBytes(block, START_NS, Quality.OK, Bytes.ofHex("00ff"))));
    assertEquals(
        false, passes(shaper, bytes.setBytes(block, START_NS, Quality.OK, Bytes.ofHex("00ff"))));
    assertTrue(passes(shaper, bytes.setBytes(block, START_NS, Quality.OK, Bytes.ofHex("00fe"))));
  }

  @Test
  void changedQualityAlwaysPasses() throws Exception {
    Deadband shaper = shaper("{match: \"**\", period: 1h, deadband: 100}");
    Sample sample = new Sample(speed);
    assertTrue(passes(shaper, sample.setInteger(speed, START_NS, Quality.OK, 1)));
    assertTrue(passes(shaper, sample.setInteger(speed, START_NS, Quality.NOT_AVAILABLE, 1)));
    assertEquals(
        false, passes(shaper, sample.setInteger(speed, START_NS, Quality.NOT_AVAILABLE, 1)));
    assertTrue(passes(shaper, sample.setInteger(speed, START_NS, Quality.OK, 1)));
  }

  @Test
  void everySignalHasAStateOfItsOwn() throws Exception {
    Deadband shaper = shaper("{match: \"**\", on_change: true}");
    List<Signal> many = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      many.add(table.define(SignalSpec.of("can0.M.S" + i, "g", "", Kind.UNSIGNED)));
    }
    for (int round = 0; round < 3; round++) {
      for (int i = many.size() - 1; i >= 0; i--) {
        Signal signal = many.get(i);
        Sample sample = new Sample(signal).setInteger(signal, START_NS, Quality.OK, i);
        assertEquals(round == 0, passes(shaper, sample));
      }
    }
    assertEquals(4000, health.counter(Declared.count("shape.withheld"), "cloud").value());
  }

  @Test
  void timeThatPassesWithoutSamplesSendsNothing() throws Exception {
    Deadband shaper = shaper("{match: \"**\", on_change: true, max_silence: 1s}");
    assertTrue(whole(shaper, 0, 1));
    shaper.tick(START_NS + 10_000 * MS, report -> assertEquals("nothing", report));
    shaper.finish(report -> assertEquals("nothing", report));
  }

  @Test
  void steadyTrafficAllocatesNothing() throws Exception {
    Deadband shaper = shaper(
        "{match: Vehicle.Speed, period: 10ms, deadband: 0.5, max_silence: 1s}",
        "{match: Vehicle.Level, deadband_percent: 1}");
    SampleGroup group = new SampleGroup();
    long[] passed = {0};
    Consumer<Report> out = report -> passed[0]++;
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocatedBytes = Long.MAX_VALUE;
    // The first rounds also pay for what the virtual machine compiles and loads.
    for (int round = 0; round < 10 && allocatedBytes > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50_000; i++) {
        long timeNs = START_NS + (round * 50_000L + i) * MS;
        group.begin(table.group(speed), timeNs);
        group.addNumber(speed, Quality.OK, i % 97);
        group.addFloating(level, Quality.OK, i % 89);
        shaper.accept(group, out);
      }
      allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, allocatedBytes);
    assertTrue(passed[0] > 1000 && health.total(Declared.count("shape.withheld")) > 1000);
  }
}
