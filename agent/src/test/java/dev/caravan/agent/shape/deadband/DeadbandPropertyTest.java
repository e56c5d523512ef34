package dev.caravan.agent.shape.deadband;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shaper against a slow reference that keeps the whole history and computes in decimals. */
class DeadbandPropertyTest {
  private static final List<Quality> QUALITIES = List.of(Quality.values());
  private static final long START_MS = 1_764_000_000_000L;

  private final Path folder;

  DeadbandPropertyTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private record Point(long timeMs, Quality quality, long raw) {}

  /** What the rule says, read off the samples sent so far, with nothing remembered beside them. */
  private static final class Reference {
    private final List<Point> sent = new ArrayList<>();
    private final long periodMs;
    private final BigDecimal deadband;
    private final boolean onChange;
    private final long maxSilenceMs;

    Reference(long periodMs, boolean onChange, BigDecimal deadband, long maxSilenceMs) {
      this.periodMs = periodMs;
      this.onChange = onChange;
      this.deadband = deadband;
      this.maxSilenceMs = maxSilenceMs;
    }

    boolean lets(Point now) {
      boolean passes = sent.isEmpty() || isWorth(sent.get(sent.size() - 1), now);
      if (passes) {
        sent.add(now);
      }
      return passes;
    }

    private boolean isWorth(Point last, Point now) {
      long apart = Math.abs(now.timeMs - last.timeMs);
      if (last.quality != now.quality || (maxSilenceMs > 0 && apart >= maxSilenceMs)) {
        return true;
      }
      BigDecimal step = BigDecimal.valueOf(Math.abs(now.raw - last.raw), 1);
      return isDue(now.timeMs) && (!onChange || step.compareTo(deadband) > 0);
    }

    private boolean isDue(long timeMs) {
      if (periodMs == 0) {
        return true;
      }
      long lastMs = sent.get(sent.size() - 1).timeMs;
      if (timeMs <= lastMs - periodMs) {
        return true;
      }
      return timeMs - lastMs >= periodMs / 2 && 4 * (timeMs - dueMs()) >= -periodMs;
    }

    /** Follows the dues from the first sample sent to the last. */
    private long dueMs() {
      long dueMs = sent.get(0).timeMs + periodMs;
      for (Point point : sent.subList(1, sent.size())) {
        boolean near = 4 * (point.timeMs - dueMs) >= -periodMs && point.timeMs - dueMs < periodMs;
        dueMs = (near ? dueMs : point.timeMs) + periodMs;
      }
      return dueMs;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void agreesWithTheReference(long seed) throws Exception {
    Random random = new Random(seed);
    long periodMs = random.nextInt(3) == 0 ? 0 : 4L * (1 + random.nextInt(50));
    int bandTenths = random.nextInt(3) == 0 ? 0 : random.nextInt(20);
    boolean onChange = bandTenths > 0 || random.nextBoolean();
    long silenceMs = onChange && random.nextBoolean() ? periodMs + 1 + random.nextInt(500) : 0;
    String rule = "{match: \"**\", on_change: " + onChange
        + (periodMs > 0 ? ", period: " + periodMs + "ms" : "")
        + (bandTenths > 0 ? ", deadband: " + BigDecimal.valueOf(bandTenths, 1) : "")
        + (silenceMs > 0 ? ", max_silence: " + silenceMs + "ms" : "")
        + "}";
    SignalTable table = new SignalTable(Naming.AS_DECODED);
    Signal signal = table.define(new SignalSpec(
        "a", "g", "", Kind.SIGNED, 0.1, -40, Double.NaN, Double.NaN, java.util.Map.of()));
    Health health = new Health();
    Deadband shaper = new Deadband(ShapeSettingsTest.shape(folder, rule), "r", health);
    Reference reference =
        new Reference(periodMs, onChange, BigDecimal.valueOf(bandTenths, 1), silenceMs);
    Sample sample = new Sample(signal);
    List<Point> sent = new ArrayList<>();
    Point now = new Point(START_MS, Quality.OK, 0);
    int count = 3000;
    for (int i = 0; i < count; i++) {
      now = next(random, now);
      Point point = now;
      sample.setInteger(signal, point.timeMs * 1_000_000, point.quality, point.raw);
      shaper.accept(Groups.of(table, sample), report -> sent.add(point));
      reference.lets(point);
      assertEquals(reference.sent.size(), sent.size(), () -> rule + " at " + point);
    }
    assertEquals(reference.sent, sent);
    assertEquals(count - sent.size(), health.total(Declared.count("shape.withheld")));
    assertTrue(sent.size() > 20, rule);
  }

  private static Point next(Random random, Point last) {
    long stepMs = switch (random.nextInt(200)) {
      case 0 -> random.nextInt(5000);
      case 1 -> -random.nextInt(5000);
      case 2 -> -random.nextInt(50);
      default -> random.nextInt(25);
    };
    Quality quality =
        random.nextInt(40) > 0 ? last.quality : QUALITIES.get(random.nextInt(QUALITIES.size()));
    return new Point(last.timeMs + stepMs, quality, last.raw + random.nextInt(-4, 5));
  }
}
