package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.FrameChunk;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time for each frame, of the parser alone, in pieces of several sizes. A frame is a data frame of eight bytes with a stamp,
 * half of them with 29 bits of identifier: 28.5 bytes of text on average, so {@code MB/s = 28500 / (ns/frame)}. Run with
 * {@code -prof gc}: nothing is allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SlcanParseBench {
  private static final int FRAMES = 4096;

  private static final class Silence implements SlcanParser.Notices {
    @Override
    public void malformed(String why) {
      throw new IllegalStateException(why);
    }

    @Override
    public void refused() {}

    @Override
    public void changed(String before) {}

    @Override
    public void status(int bits) {}

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {}

    @Override
    public void busErrors(int count, int overruns) {}
  }

  /** Bytes that come at once. */
  @Param({"1", "7", "64", "1024", "8192"})
  public int pieceBytes;

  private byte[] text = new byte[0];
  private final FrameClock clock = new FrameClock(true);
  private final SlcanParser parser = new SlcanParser(clock, new Silence());
  private final FrameChunk chunk = new FrameChunk("can0", FRAMES);

  /** Makes the text. */
  @Setup
  public void makeText() {
    Random random = new Random(20261123);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < FRAMES; i++) {
      lines.append(
          i % 2 == 0
              ? String.format("t%03X8", random.nextInt(0x800))
              : String.format("T%08X8", random.nextInt(0x2000_0000)));
      lines.append(String.format("%016X%04X\r", random.nextLong(), i / 2));
    }
    text = lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** One pass over all frames. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int parse() {
    chunk.clear();
    clock.reset();
    clock.arrived(1_764_000_000_000_000_000L, 0);
    int at = 0;
    while (at < text.length) {
      at = parser.parse(text, at, Math.min(text.length, at + pieceBytes), chunk);
    }
    if (chunk.size() != FRAMES) {
      throw new IllegalStateException("frames=" + chunk.size());
    }
    return at;
  }
}
