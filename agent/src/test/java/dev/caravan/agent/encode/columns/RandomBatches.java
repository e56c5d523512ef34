package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Fills an encoder with what a seed says: groups of signals of all kinds, whole frames and branches of multiplexed ones,
 * clocks that are exact, jittery, drifting, doubled or running backwards, values from constant to all 64 bits.
 */
final class RandomBatches {
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final List<Quality> QUALITIES = List.of(Quality.values());
  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Integer.MIN_VALUE, 1L << 53, (1L << 53) + 1
  };
  private static final double[] EXTREME_DOUBLES = {
    Double.NaN,
    Double.longBitsToDouble(0x7ff8_0000_dead_beefL),
    -0.0,
    0.0,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    0.1f
  };
  private static final String[] TEXTS = {
    "", "P", "R", "Grüße", "\u0000", "\uD83D\uDE97", "x".repeat(300)
  };

  private final Random random;
  private final Workbench bench;
  private final boolean isApart;
  private final List<List<Signal>> groups = new ArrayList<>();
  private final long[] dueNs;
  private final long[] periodNs;
  private final int[] clock;
  private final long[] lasts = new long[256];

  /** Samples come as frames bring them, in groups. */
  RandomBatches(long seed, Workbench bench) {
    this(seed, bench, false);
  }

  /** {@code isApart}: each sample of a frame comes by itself. */
  RandomBatches(long seed, Workbench bench, boolean isApart) {
    this.isApart = isApart;
    this.random = new Random(seed);
    this.bench = bench;
    int count = 1 + random.nextInt(7);
    dueNs = new long[count];
    periodNs = new long[count];
    clock = new int[count];
    for (int group = 0; group < count; group++) {
      groups.add(signals(group));
      dueNs[group] = Workbench.START_NS + random.nextInt(1_000_000_000);
      periodNs[group] = (1 + random.nextInt(100)) * 1_000_000L;
      clock[group] = random.nextInt(6);
    }
  }

  private List<Signal> signals(int group) {
    List<Signal> signals = new ArrayList<>();
    int size = 1 + random.nextInt(10);
    for (int i = 0; i < size; i++) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      signals.add(bench.table.define(new SignalSpec(
          "g" + group + ".s" + i,
          "g" + group,
          i % 2 == 0 ? "" : "km/h",
          kind,
          random.nextBoolean() ? 1 : random.nextInt(100) * 0.01,
          random.nextBoolean() ? 0 : random.nextGaussian(),
          random.nextBoolean() ? Double.NaN : -1,
          random.nextBoolean() ? Double.NaN : 1e9,
          kind.isInteger() ? Map.of(0L, "off", -1L, "all", 1L, "on") : Map.of())));
    }
    return signals;
  }

  /** Adds frames until there are at least so many samples. */
  void fill(int samples) {
    int added = 0;
    while (added < samples) {
      int group = random.nextInt(groups.size());
      long timeNs = timeNs(group);
      List<Signal> signals = groups.get(group);
      SampleGroup frame =
          new SampleGroup().begin(bench.table.group(signals.get(0)), timeNs / 1000 * 1000);
      int branch = group % 3 == 0 ? random.nextInt(3) : -1;
      for (int i = 0; i < signals.size() && added < samples; i++) {
        boolean absent = branch >= 0 && i > 0 && i % 3 != branch;
        if (!absent && (group % 4 != 1 || random.nextInt(3) > 0)) {
          Sample sample = sample(signals.get(i), timeNs / 1000 * 1000);
          if (isApart) {
            bench.accept(sample);
          } else {
            frame.add(sample);
          }
          added++;
        }
      }
      if (frame.size() > 0) {
        bench.accept(frame);
      }
    }
  }

  private long timeNs(int group) {
    long due = dueNs[group];
    dueNs[group] += periodNs[group];
    return switch (clock[group]) {
      case 0 -> due;
      case 1 -> due + random.nextInt(300_000);
      case 2 -> due + (due - Workbench.START_NS) / 3333;
      case 3 -> due - random.nextInt(10) * 40_000_000L;
      case 4 -> due / 1_000_000_000L * 1_000_000_000L;
      default -> random.nextInt(20) == 0 ? random.nextLong() : due;
    };
  }

  private Sample sample(Signal signal, long timeNs) {
    Sample sample = new Sample(signal);
    Quality quality = signal.index() % 3 == 0 && random.nextInt(4) == 0
        ? QUALITIES.get(random.nextInt(QUALITIES.size()))
        : signal.index() % 7 == 5 ? Quality.NOT_AVAILABLE : Quality.OK;
    return switch (signal.kind()) {
      case BOOLEAN -> sample.setInteger(signal, timeNs, quality, random.nextInt(2));
      case SIGNED, UNSIGNED -> sample.setInteger(signal, timeNs, quality, whole(signal.index()));
      case FLOAT -> sample.setFloating(signal, timeNs, quality, (float) floating(signal.index()));
      case DOUBLE -> sample.setFloating(signal, timeNs, quality, floating(signal.index()));
      case TEXT -> sample.setText(signal, timeNs, quality, TEXTS[random.nextInt(TEXTS.length)]);
      case BYTES -> {
        byte[] block = new byte[random.nextInt(9)];
        random.nextBytes(block);
        yield sample.setBytes(signal, timeNs, quality, Bytes.owning(block));
      }
    };
  }

  private long whole(int index) {
    long last = lasts[index];
    lasts[index] = switch (index % 5) {
      case 0 -> last + random.nextInt(5) - 2;
      case 1 -> random.nextInt(30) == 0 ? random.nextInt(1000) : last;
      case 2 -> 42;
      case 3 -> random.nextLong();
      default -> EXTREMES[random.nextInt(EXTREMES.length)];
    };
    return lasts[index];
  }

  private double floating(int index) {
    double last = Double.longBitsToDouble(lasts[index]);
    double next = switch (index % 5) {
      case 0 -> last + 0.25;
      case 1 -> random.nextInt(30) == 0 ? random.nextInt(1000) : last;
      case 2 -> 12.5;
      case 3 -> Double.longBitsToDouble(random.nextLong());
      default -> EXTREME_DOUBLES[random.nextInt(EXTREME_DOUBLES.length)];
    };
    lasts[index] = Double.doubleToRawLongBits(next);
    return next;
  }
}
