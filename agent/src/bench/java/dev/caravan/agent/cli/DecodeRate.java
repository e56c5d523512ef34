package dev.caravan.agent.cli;

import com.sun.management.ThreadMXBean;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import picocli.CommandLine;

/**
 * Measures how many frames a second {@code decode} prints in each form, and what a frame allocates on the thread that prints, with
 * what is printed thrown away.
 *
 * <pre>
 * mvn -Pbench -pl agent -am test -Dbench.main=dev.caravan.agent.cli.DecodeRate -Dbench="[DBC LOG]"
 * </pre>
 *
 * <p>Without a DBC file and a log it makes some: eight messages of eight signals, and 500,000 frames of theirs. Every frame of the log is
 * counted, known or not.
 */
final class DecodeRate {
  private static final int FRAMES = 500_000;
  private static final int MESSAGES = 8;
  private static final int ROUNDS = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private DecodeRate() {}

  /** Prints one line for each form; the best round counts. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("caravan-bench");
    folder.toFile().deleteOnExit();
    Path dbc = args.length == 2 ? Path.of(args[0]) : writeDbc(folder.resolve("bench.dbc"));
    Path log = args.length == 2 ? Path.of(args[1]) : writeLog(folder.resolve("bench.log"));
    long frames;
    try (var lines = Files.lines(log)) {
      frames = lines.count();
    }
    for (String format : new String[] {"text", "json", "csv"}) {
      double best = 0;
      double allocated = 0;
      Sink sink = new Sink();
      for (int round = 0; round < ROUNDS; round++) {
        sink.bytes = 0;
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        CommandLine command =
            new CommandLine(new DecodeCommand(InputStream.nullInputStream(), sink));
        command.setErr(new PrintWriter(OutputStream.nullOutputStream()));
        if (command.execute("--dbc", dbc.toString(), "-f", format, log.toString()) != 0) {
          break;
        }
        double rate = frames / ((System.nanoTime() - start) / 1e9);
        if (rate > best) {
          best = rate;
          allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "decode -f %-5s %,12.0f frames/s %8.1f bytes/frame printed %8.2f allocated%n",
          format,
          best,
          sink.bytes / (double) frames,
          allocated / frames);
    }
  }

  private static final class Sink extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int at, int length) {
      bytes += length;
    }
  }

  private static Path writeDbc(Path file) throws IOException {
    file.toFile().deleteOnExit();
    double[] factors = {0.01, 0.1, 1, 0.5, 0.0625, 1, 0.4, 0.00390625};
    StringBuilder text = new StringBuilder("VERSION \"\"\nBU_: A\n");
    for (int message = 0; message < MESSAGES; message++) {
      text.append(String.format(Locale.ROOT, "BO_ %d Unit%d: 8 A%n", 0x100 + message, message));
      for (int signal = 0; signal < 8; signal++) {
        text.append(String.format(
            Locale.ROOT,
            " SG_ Signal%d : %d|8@1%s (%s,%d) [0|0] \"km/h\" A%n",
            signal,
            signal * 8,
            signal % 3 == 0 ? "-" : "+",
            factors[signal],
            signal % 4 == 3 ? -40 : 0));
      }
    }
    text.append("VAL_ 256 Signal2 0 \"off\" 1 \"on\" 2 \"error\" ;\n");
    return Files.writeString(file, text);
  }

  private static Path writeLog(Path file) throws IOException {
    file.toFile().deleteOnExit();
    Random random = new Random(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < FRAMES; i++) {
        out.write(String.format(
            Locale.ROOT,
            "(%d.%06d) can0 %03X#%016X%n",
            1_700_000_000L + i / 2000,
            i % 2000 * 500,
            0x100 + i % MESSAGES,
            random.nextLong()));
      }
    }
    return file;
  }
}
