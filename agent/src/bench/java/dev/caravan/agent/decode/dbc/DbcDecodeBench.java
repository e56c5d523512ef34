package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
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
  private static final int SIGNALS = BenchBus.SIGNALS;
  private static final int FRAMES = BenchBus.FRAMES;

  private DbcPlan plan;
  private DbcReading reading;
  private DbcDecoder decoder;
  private CanFrame[] frames;
  private long sum;
  private final Consumer<SampleGroup> adding = this::add;

  /** Makes the file, the plan and the frames; the same ones every time. */
  @Setup(Level.Trial)
  public void prepare() {
    BenchBus bus = new BenchBus();
    plan = bus.plan;
    frames = bus.frames;
    reading = plan.newReading();
    decoder = new DbcDecoder("can0", plan, new SignalTable(Naming.AS_DECODED), new Health());
  }

  private void add(SampleGroup group) {
    for (int i = 0; i < group.size(); i++) {
      sum += group.rawBits(i);
    }
  }

  /** Only the search for the message; a frame. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int search() {
    int sum = 0;
    for (CanFrame frame : frames) {
      sum += plan.index().find(frame);
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

  /** The whole decoder, groups of samples handed on; a frame. */
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
      for (DbcSignal signal : plan.message(plan.index().find(frame)).message().signals()) {
        sum += signal.physical(BitWalk.raw(frame, signal));
      }
    }
    return sum;
  }
}
