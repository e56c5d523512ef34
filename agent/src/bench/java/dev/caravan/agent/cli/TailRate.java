package dev.caravan.agent.cli;

import com.sun.management.ThreadMXBean;
import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.receive.StreamKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures how many samples a second one thread reads from a recording and prints in each form, as {@code tail --play} does, and what
 * a sample allocates: with what is printed thrown away, and, for comparison, the reading alone.
 *
 * <pre>
 * mvn -Pbench -pl agent -am test -Dbench.main=dev.caravan.agent.cli.TailRate -Dbench="RECORDING"
 * </pre>
 *
 * <p>A recording is what {@code tail --record} or an uplink to files has written.
 */
final class TailRate {
  private static final int ROUNDS = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private TailRate() {}

  /** Prints one line for each form; the best round counts. */
  public static void main(String[] args) throws IOException {
    Path recording = Path.of(args[0]);
    for (SamplePrinter.Format format : SamplePrinter.Format.values()) {
      measure(
          "tail -f " + format.name().toLowerCase(Locale.ROOT),
          recording,
          new SamplePrinter(format, false, new LineOutput(OutputStream.nullOutputStream())));
    }
    measure("reading alone", recording, new Receiver.Listener() {
      @Override
      public void samples(StreamKey stream, long sequence, ReadSamples samples) {
        // counted by the receiver
      }
    });
  }

  private static void measure(String name, Path recording, Receiver.Listener listener)
      throws IOException {
    double best = 0;
    double allocated = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      Receiver receiver = new Receiver(listener, Room.share(3));
      Recordings.read(
          recording, receiver::arrived, new PrintWriter(OutputStream.nullOutputStream()));
      long samples = receiver.counts().samples();
      double rate = samples / ((System.nanoTime() - start) / 1e9);
      if (rate > best) {
        best = rate;
        allocated = (THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore) / (double) samples;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-14s %,12.0f samples/s %8.2f bytes/sample allocated%n",
        name,
        best,
        allocated);
  }
}
