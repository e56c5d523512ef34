package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decoding by a plan, with the search for the message: 60 messages of 8 signals, 1 to 16 bits long, in both byte orders,
 * a third of them signed, half of the messages with 29-bit ids; frames in random order. The yardstick reads one bit at a
 * time, after the same search.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DbcDecodeBench {
  private static final int MESSAGES = 60;
  private static final int SIGNALS = 8;
  private static final int FRAMES = 1024;

  private DbcPlan plan;
  private DbcReading reading;
  private DbcDecoder decoder;
  private CanFrame[] frames;
  private long sum;
  private final Consumer<Sample> adding = sample -> sum += sample.rawBits();

  /** Makes the file, the plan and the frames; the same ones every time. */
  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("VERSION \"\"\n");
    for (int i = 0; i < MESSAGES; i++) {
      long id = i % 2 == 0 ? 0x100 + 7L * i : 0x98FE0000L + 0x1F03L * i;
      text.append(String.format(Locale.ROOT, "BO_ %d M%d: 8 A%n", id, i));
      for (int k = 0; k < SIGNALS; k++) {
        int bits = random.nextInt(1, 17);
        boolean big = random.nextBoolean();
        int place = random.nextInt(0, 64 - bits + 1);
        int start = big ? place / 8 * 8 + 7 - place % 8 : place;
        text.append(String.format(
            Locale.ROOT,
            " SG_ S%d : %d|%d@%s%s (0.1,-40) [0|0] \"V\" A%n",
            k,
            start,
            bits,
            big ? "0" : "1",
            random.nextInt(3) == 0 ? "-" : "+"));
      }
    }
    Faults faults = new Faults();
    DbcFile file = DbcFile.read(
        Path.of("bench.dbc"),
        text.toString().getBytes(StandardCharsets.UTF_8),
        DbcOptions.STRICT,
        faults);
    plan = DbcPlan.of(List.of(file), faults);
    if (!faults.found().isEmpty() || !faults.warnings().isEmpty()) {
      throw new IllegalStateException(faults.found() + " " + faults.warnings());
    }
    reading = plan.newReading();
    decoder = new DbcDecoder("can0", plan, new SignalTable(Naming.AS_DECODED), new Health());
    frames = new CanFrame[FRAMES];
    byte[] payload = new byte[8];
    for (int i = 0; i < FRAMES; i++) {
      DbcMessage message = plan.messages().get(random.nextInt(MESSAGES));
      random.nextBytes(payload);
      int flags = message.extended() ? CanFrame.EXTENDED : 0;
      frames[i] = new CanFrame().set(i, message.id(), flags, payload, 0, 8);
    }
  }

  /** Only the search for the message; a frame. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int search() {
    int sum = 0;
    for (CanFrame frame : frames) {
      sum += plan.find(frame);
    }
    return sum;
  }

  /** Search and raw values; a signal. */
  @Benchmark
  @OperationsPerInvocation(FRAMES * SIGNALS)
  public long rawBySignal() {
    long sum = 0;
    for (CanFrame frame : frames) {
      plan.read(frame, reading);
      for (int i = 0; i < reading.size(); i++) {
        sum += reading.rawBits(i);
      }
    }
    return sum;
  }

  /** Search and physical values; a signal. */
  @Benchmark
  @OperationsPerInvocation(FRAMES * SIGNALS)
  public double physicalBySignal() {
    double sum = 0;
    for (CanFrame frame : frames) {
      plan.read(frame, reading);
      for (int i = 0; i < reading.size(); i++) {
        sum += reading.value(i);
      }
    }
    return sum;
  }

  /** The whole decoder, samples handed on; a frame. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long decoderByFrame() {
    for (CanFrame frame : frames) {
      decoder.accept(frame, adding);
    }
    return sum;
  }

  /** The yardstick: search, then bit by bit to physical values; a signal. */
  @Benchmark
  @OperationsPerInvocation(FRAMES * SIGNALS)
  public double bitWalkBySignal() {
    double sum = 0;
    for (CanFrame frame : frames) {
      for (DbcSignal signal : plan.message(plan.find(frame)).message().signals()) {
        sum += signal.physical(walk(frame, signal));
      }
    }
    return sum;
  }

  private static long walk(CanFrame frame, DbcSignal signal) {
    long raw = 0;
    int bit = signal.startBit();
    for (int i = 0; i < signal.lengthBits(); i++) {
      long one = frame.byteAt(bit / 8) >> bit % 8 & 1;
      if (signal.bigEndian()) {
        raw = raw << 1 | one;
        bit = bit % 8 == 0 ? bit + 15 : bit - 1;
      } else {
        raw |= one << i;
        bit++;
      }
    }
    int unused = 64 - signal.lengthBits();
    return signal.kind() == Kind.SIGNED ? raw << unused >> unused : raw;
  }
}
