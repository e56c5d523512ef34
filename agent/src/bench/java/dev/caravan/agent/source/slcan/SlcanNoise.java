package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.FrameChunk;
import java.util.Locale;
import java.util.Random;

/** Random bytes through the parser, 100 MB or as many as the first argument says: how fast, and what they leave in memory. */
final class SlcanNoise {
  private static final int PIECE_BYTES = 8192;

  private SlcanNoise() {}

  /** Prints one line. */
  public static void main(String[] arguments) {
    long megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100;
    long[] told = new long[1];
    FrameChunk chunk = new FrameChunk("can0", 4096);
    SlcanParser parser = new SlcanParser(new FrameClock(true), new SlcanParser.Notices() {
      @Override
      public void malformed(String why) {
        told[0]++;
      }

      @Override
      public void changed(String before) {
        told[0]++;
      }

      @Override
      public void refused() {
        told[0]++;
      }

      @Override
      public void status(int bits) {
        told[0]++;
      }

      @Override
      public void busState(BusState state, int receiveErrors, int transmitErrors) {
        told[0]++;
      }

      @Override
      public void busErrors(int count, int overruns) {
        told[0]++;
      }
    });
    Random random = new Random(1);
    byte[] piece = new byte[PIECE_BYTES];
    long frames = 0;
    long ns = 0;
    long before = usedBytes();
    for (long done = 0; done < megabytes * 1_000_000; done += piece.length) {
      random.nextBytes(piece);
      long startNs = System.nanoTime();
      for (int at = 0; at < piece.length; ) {
        at = parser.parse(piece, at, piece.length, chunk);
        frames += chunk.size();
        chunk.clear();
      }
      ns += System.nanoTime() - startNs;
    }
    System.out.printf(
        Locale.ROOT,
        "noise %d MB: frames %d, notices %d, %.0f MB/s, heap grown by %d KiB%n",
        megabytes,
        frames,
        told[0],
        megabytes * 1e9 / ns,
        (usedBytes() - before) / 1024);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
