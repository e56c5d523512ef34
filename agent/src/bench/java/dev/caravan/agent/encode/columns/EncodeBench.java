package dev.caravan.agent.encode.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time and allocation for one frame of about 6.75 signals, from samples to a finished batch of 2,000 frames (about a
 * second). {@code -prof gc} shows the batch itself, a few bytes for each frame, and nothing else.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBench {
  private static final int FRAMES = 2_000;
  private static final int WINDOWS = 16;

  private record Frame(long timeUs, VehicleTrace.Message message) {}

  private final List<List<Frame>> windows = new ArrayList<>();
  private Peer plain;
  private Peer deflated;
  private Peer fleetWise;
  private int next;

  /** Makes the frames. */
  @Setup
  public void makeFrames() {
    VehicleTrace trace = new VehicleTrace(1);
    for (int window = 0; window < WINDOWS; window++) {
      List<Frame> frames = new ArrayList<>();
      for (int i = 0; i < FRAMES; i++) {
        VehicleTrace.Message message = trace.next();
        frames.add(new Frame(trace.timeUs(), message.copy()));
      }
      windows.add(frames);
    }
    plain = new CaravanPeer(trace.signals(), 2, false);
    deflated = new CaravanPeer(trace.signals(), 2, true);
    fleetWise = new FleetWisePeer(Packed.NONE);
  }

  private int window(Peer peer) {
    for (Frame frame : windows.get(next++ % WINDOWS)) {
      peer.frame(frame.timeUs, frame.message);
    }
    return peer.close();
  }

  /** Columns, not compressed. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int columns() {
    return window(plain);
  }

  /** Columns and Deflate 6. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int columnsDeflated() {
    return window(deflated);
  }

  /** The peer's shape, not compressed, one pass of CodedOutputStream without generated classes. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int fleetWiseShaped() {
    return window(fleetWise);
  }
}
