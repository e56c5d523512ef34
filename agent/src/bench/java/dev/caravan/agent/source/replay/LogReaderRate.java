package dev.caravan.agent.source.replay;

import com.sun.management.ThreadMXBean;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures how many frames a second one thread reads from logs of each form, and what a frame allocates.
 *
 * <pre>
 * mvn -P bench -pl agent -am test-compile
 * java -cp agent/target/classes:agent/target/test-classes:SLF4J dev.caravan.agent.source.replay.LogReaderRate
 * </pre>
 */
final class LogReaderRate {
  private static final int FRAMES = 1_000_000;
  private static final int ROUNDS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private LogReaderRate() {}

  /** Prints one line for each form; the best round counts. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("caravan-bench");
    Path candump = write(folder, "candump.log", "", "(%2$d.%3$06d) can0 %1$03X#D0320009A0B1C2D3%n");
    Path screen = write(
        folder, "screen.log", "", " (%2$d.%3$06d)  can0  %1$03X   [8]  D0 32 00 09 A0 B1 C2 D3%n");
    Path asc = write(
        folder,
        "drive.asc",
        "date Wed Nov 23 18:37:07.000 2026\nbase hex  timestamps absolute\n",
        "   %2$d.%3$06d 1  %1$X             Rx   d 8 D0 32 00 09 A0 B1 C2 D3%n");
    for (Path log : new Path[] {candump, screen, asc}) {
      measure(log.getFileName() + " LogReader", () -> readLines(log));
      measure(log.getFileName() + " ReplaySource", () -> replay(log));
    }
  }

  private static Path write(Path folder, String name, String header, String form)
      throws IOException {
    Path file = folder.resolve(name);
    file.toFile().deleteOnExit();
    folder.toFile().deleteOnExit();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(header);
      for (int i = 0; i < FRAMES; i++) {
        out.write(String.format(
            Locale.ROOT, form, 0x100 + i % 100, 1_700_000_000L + i / 2000, i % 2000 * 500));
      }
    }
    return file;
  }

  private interface Run {
    long frames() throws IOException;
  }

  private static void measure(String name, Run run) throws IOException {
    double best = 0;
    double bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      long frames = run.frames();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (frames / seconds > best) {
        best = frames / seconds;
        bytes = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double) frames;
      }
    }
    System.out.printf(Locale.ROOT, "%-28s %,12.0f frames/s %8.3f bytes/frame%n", name, best, bytes);
  }

  private static long readLines(Path log) throws IOException {
    try (LogReader reader = LogReader.open(log)) {
      CanFrame frame = new CanFrame();
      while (reader.next(frame) != Verdict.END) {
        // counted by the reader
      }
      return reader.count(Verdict.FRAME);
    }
  }

  private static long replay(Path log) throws IOException {
    ReplaySettings settings =
        new ReplaySettings(log, Double.POSITIVE_INFINITY, false, "", ReplaySettings.Times.LOG);
    FrameChunk chunk = new FrameChunk("can0", 512);
    long frames = 0;
    try (ReplaySource source =
        new ReplaySource("can0", settings, new SystemTimeline(), new Health())) {
      source.open();
      boolean more = true;
      while (more) {
        chunk.clear();
        more = source.read(chunk);
        frames += chunk.size();
      }
    }
    return frames;
  }
}
