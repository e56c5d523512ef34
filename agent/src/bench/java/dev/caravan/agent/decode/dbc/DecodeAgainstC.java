package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * A table of what one value costs, search for the message included: by the plan, bit by bit in Java, and by C that is
 * written from the same messages and built with {@code gcc -O3}. Raw values, which is what the agent decodes to, are held
 * against raw values, physical ones against physical ones; all take the same 1024 frames and must come to the same sum.
 * Then how long 5,000 signals take to load. What a loop costs that does nothing but select a word and shift it, over arrays made
 * ready and without a search, says how near to C this Java comes at all.
 */
final class DecodeAgainstC {
  private static final int WARM_PASSES = 5_000;

  /** Short, and many of them: the fastest is one that nothing else on the machine has disturbed. */
  private static final int PASSES = 200;

  private static final int REPEATS = 100;
  private static final int LOADS = 5;

  private DecodeAgainstC() {}

  /** Prints the table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    BenchBus bus = new BenchBus();
    DbcReading reading = bus.plan.newReading();
    double planNs = fastestNs(() -> {
      double sum = 0;
      for (CanFrame frame : bus.frames) {
        bus.plan.read(frame, reading);
        for (int i = 0; i < reading.size(); i++) {
          sum += reading.value(i);
        }
      }
      return sum;
    });
    double rawNs = fastestNs(() -> {
      long sum = 0;
      for (CanFrame frame : bus.frames) {
        bus.plan.read(frame, reading);
        long[] raws = reading.raws();
        int size = reading.size();
        for (int i = 0; i < size; i++) {
          sum += raws[i];
        }
      }
      return sum;
    });
    double searchNs = fastestNs(() -> {
      long sum = 0;
      for (CanFrame frame : bus.frames) {
        sum += bus.plan.index().find(frame);
      }
      return sum;
    });
    Bare bare = new Bare(bus);
    double bareNs = fastestNs(bare::pass);
    if (bare.pass() != walkedRaw(bus)) {
      throw new IllegalStateException("sum=" + bare.pass() + "; want " + walkedRaw(bus));
    }
    double bitsNs = fastestNs(() -> walked(bus));
    double cNs = c(bus, true, walked(bus));
    double rawC = c(bus, false, walkedRaw(bus));
    System.out.printf(Locale.ROOT, "%-24s %10s %10s%n", "", "ns/signal", "ns/frame");
    row("plan, Java, physical", planNs);
    row("plan, Java, raw values", rawNs);
    row("bare loop, Java, raw", bareNs);
    row("only the search", searchNs);
    row("bit by bit, Java", bitsNs);
    if (cNs > 0) {
      row("gcc -O3, physical", cNs);
      row("gcc -O3, raw values", rawC);
      System.out.printf(
          Locale.ROOT,
          "plan / gcc: physical %.2f, raw %.2f%nplan / bare loop: raw %.2f; bare loop / gcc: raw %.2f%n",
          planNs / cNs,
          rawNs / rawC,
          rawNs / bareNs,
          bareNs / rawC);
    } else {
      System.out.println("gcc is not installed (Debian package gcc)");
    }
    String text =
        BenchBus.text(250, new Random(1)) + BenchBus.text(625, new Random(2)).substring(11);
    load(text);
  }

  private static void row(String what, double signalNs) {
    System.out.printf(
        Locale.ROOT, "%-24s %10.2f %10.1f%n", what, signalNs, signalNs * BenchBus.SIGNALS);
  }

  private static void load(String text) {
    for (int i = 0; i < LOADS; i++) {
      long startNs = System.nanoTime();
      DbcFile file = DbcFile.read(
          Path.of("load.dbc"),
          text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
          DbcOptions.TOLERANT,
          new dev.caravan.agent.config.Faults());
      DbcPlan plan = DbcPlan.of(List.of(file), new dev.caravan.agent.config.Faults());
      System.out.printf(
          Locale.ROOT,
          "load %d, signals %d: %.1f ms%n",
          i + 1,
          plan.messages().stream().mapToInt(message -> message.signals().size()).sum(),
          (System.nanoTime() - startNs) / 1e6);
    }
  }

  /** The least that raw values cost in Java by such steps. */
  private static final class Bare {
    private final int[][]
        steps; // of each frame's message: word, right and left shifts, 6 bits each
    private final long[] payloads;
    private final long[] laid = new long[2];
    private final long[] raws = new long[BenchBus.SIGNALS];

    Bare(BenchBus bus) {
      payloads =
          Arrays.stream(bus.frames).mapToLong(frame -> frame.littleEndianAt(0)).toArray();
      int[][] byMessage = bus.plan.messages().stream()
          .map(message -> message.signals().stream().mapToInt(Bare::step).toArray())
          .toArray(int[][]::new);
      steps = Arrays.stream(bus.frames)
          .map(frame -> byMessage[bus.plan.index().find(frame)])
          .toArray(int[][]::new);
    }

    private static int step(DbcSignal signal) {
      int right = Long.SIZE - signal.lengthBits();
      int zeros = signal.kind() == Kind.SIGNED ? 0 : 1;
      return (signal.bigEndian() ? 1 : 0) << 18 | right - zeros << 12 | zeros << 6 | before(signal);
    }

    double pass() {
      long sum = 0;
      for (int i = 0; i < payloads.length; i++) {
        laid[0] = payloads[i];
        laid[1] = Long.reverseBytes(payloads[i]);
        fetch(steps[i], laid, raws);
        for (long raw : raws) {
          sum += raw;
        }
      }
      return sum;
    }

    private static void fetch(int[] steps, long[] laid, long[] raws) {
      for (int i = 0; i < steps.length; i++) {
        int step = steps[i];
        raws[i] = laid[step >>> 18] << step >>> (step >>> 6) >> (step >>> 12);
      }
    }
  }

  /** How many bits of its word stand above a signal. */
  private static int before(DbcSignal signal) {
    return signal.bigEndian()
        ? signal.startBit() / 8 * 8 + 7 - signal.startBit() % 8
        : Long.SIZE - signal.startBit() - signal.lengthBits();
  }

  private static double walked(BenchBus bus) {
    double sum = 0;
    for (CanFrame frame : bus.frames) {
      for (DbcSignal signal :
          bus.plan.message(bus.plan.index().find(frame)).message().signals()) {
        sum += signal.physical(BitWalk.raw(frame, signal));
      }
    }
    return sum;
  }

  private static double walkedRaw(BenchBus bus) {
    long sum = 0;
    for (CanFrame frame : bus.frames) {
      for (DbcSignal signal :
          bus.plan.message(bus.plan.index().find(frame)).message().signals()) {
        sum += BitWalk.raw(frame, signal);
      }
    }
    return sum;
  }

  private static double fastestNs(DoubleSupplier pass) {
    double sum = 0;
    for (int i = 0; i < WARM_PASSES; i++) {
      sum += pass.getAsDouble();
    }
    double fastest = Double.MAX_VALUE;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      long startNs = System.nanoTime();
      for (int i = 0; i < PASSES; i++) {
        sum += pass.getAsDouble();
      }
      double ns = System.nanoTime() - startNs;
      fastest = Math.min(fastest, ns / (PASSES) / BenchBus.FRAMES / BenchBus.SIGNALS);
    }
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("not a number");
    }
    return fastest;
  }

  /** Writes, builds and runs the C; nanoseconds a signal, 0 without a compiler. */
  private static double c(BenchBus bus, boolean isPhysical, double wanted)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("decode-c");
    Path source = Files.writeString(folder.resolve("decode.c"), source(bus, isPhysical));
    Path program = folder.resolve("decode");
    try {
      Process gcc = new ProcessBuilder("gcc", "-O3", "-o", program.toString(), source.toString())
          .inheritIO()
          .start();
      if (gcc.waitFor() != 0) {
        throw new IOException("gcc refuses what was written: " + source);
      }
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot run program")) {
        return 0;
      }
      throw e;
    }
    Process run = new ProcessBuilder(program.toString()).start();
    String[] words = new String(
            run.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
        .strip()
        .split(" ", -1);
    double sum = Double.parseDouble(words[1]);
    if (Math.abs(sum - wanted) > Math.abs(wanted) * 1e-9) {
      throw new IllegalStateException("sum=" + sum + "; want " + wanted);
    }
    return Double.parseDouble(words[0]);
  }

  private static String source(BenchBus bus, boolean isPhysical) {
    String value = isPhysical ? "double" : "int64_t";
    StringBuilder c = new StringBuilder(String.format(Locale.ROOT, """
        #include <stdint.h>
        #include <stdio.h>
        #include <string.h>
        #include <time.h>
        struct frame { uint32_t id; uint8_t length; uint8_t data[8]; };
        static inline uint64_t le(const uint8_t *d) { uint64_t v; memcpy(&v, d, 8); return v; }
        static inline uint64_t be(const uint8_t *d) { return __builtin_bswap64(le(d)); }
        __attribute__((noinline)) static int decode(const struct frame *f, %s *out) {
          uint64_t l = le(f->data), b = be(f->data);
          switch (f->id) {
        """, value));
    for (DbcMessage message : bus.plan.messages()) {
      long id = message.id() | (message.extended() ? 0x80000000L : 0);
      c.append("  case ").append(id).append("u:\n");
      for (int i = 0; i < message.signals().size(); i++) {
        DbcSignal signal = message.signals().get(i);
        String type = signal.kind() == Kind.SIGNED ? "int64_t" : "uint64_t";
        c.append(String.format(
            Locale.ROOT,
            "    out[%d] = ((%s) (%s << %d) >> %d)%s;%n",
            i,
            type,
            signal.bigEndian() ? "b" : "l",
            before(signal),
            64 - signal.lengthBits(),
            isPhysical ? " * " + signal.factor() + " + " + signal.offset() : ""));
      }
      c.append("    return ").append(message.signals().size()).append(";\n");
    }
    c.append("  }\n  return 0;\n}\nstatic struct frame frames[] = {\n");
    for (CanFrame frame : bus.frames) {
      long id = frame.id() | (frame.is(CanFrame.EXTENDED) ? 0x80000000L : 0);
      c.append(" {").append(id).append("u, 8, {");
      for (int i = 0; i < 8; i++) {
        c.append(frame.byteAt(i)).append(i < 7 ? "," : "}},\n");
      }
    }
    c.append(String.format(
        Locale.ROOT,
        """
        };
        static %s pass(void) {
          %s out[%d], sum = 0;
          for (int i = 0; i < %d; i++) {
            int n = decode(&frames[i], out);
            for (int k = 0; k < n; k++) sum += out[k];
          }
          return sum;
        }
        int main(void) {
          double once = (double) pass(), best = 1e18;
          volatile %s keep = 0;
          for (int repeat = 0; repeat < %d; repeat++) {
            struct timespec a, b;
            clock_gettime(CLOCK_MONOTONIC, &a);
            for (int i = 0; i < %d; i++) { keep += pass(); __asm__ volatile("" : : : "memory"); }
            clock_gettime(CLOCK_MONOTONIC, &b);
            double ns = (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec);
            if (ns < best) best = ns;
          }
          printf("%%.4f %%.17g\\n", best / %d / %d / %d, once);
          return 0;
        }
        """,
        value,
        value,
        BenchBus.SIGNALS,
        BenchBus.FRAMES,
        value,
        REPEATS,
        PASSES,
        PASSES,
        BenchBus.FRAMES,
        BenchBus.SIGNALS));
    return c.toString();
  }
}
