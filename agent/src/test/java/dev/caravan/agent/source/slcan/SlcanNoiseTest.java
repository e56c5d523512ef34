package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.FrameChunk;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Megabytes of noise: all used, nothing thrown, no memory taken, and the frame behind it is read. */
class SlcanNoiseTest {
  private static final int NOISE_BYTES = 4 << 20;
  private static final int PIECE_BYTES = 512;

  private static final byte[] LIKELY =
      "tTrRdDbBxFsezZV0123456789ABCDEFabcdef\r\r\r\u0007\n".getBytes(StandardCharsets.ISO_8859_1);

  private long told;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noiseIsUsedUpWithoutMemory(boolean isLikely) {
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> run(isLikely));
  }

  private void run(boolean isLikely) {
    Random random = new Random(20261124);
    FrameClock clock = new FrameClock(true);
    SlcanParser parser = new SlcanParser(clock, new Counted());
    FrameChunk chunk = new FrameChunk("can0", 64);
    byte[] piece = new byte[PIECE_BYTES];
    pass(parser, chunk, piece, random, isLikely, 64 * PIECE_BYTES);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long frames = pass(parser, chunk, piece, random, isLikely, NOISE_BYTES);
    long tookBytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(tookBytes < 64 * 1024, tookBytes + " bytes taken");
    assertTrue(told > 1000, told + " notices");
    assertTrue(!isLikely || frames > 0, frames + " frames");
    byte[] good =
        "\rt1231AB\rt1231AB\r".repeat(LineHabit.LINES_PROVEN).getBytes(StandardCharsets.US_ASCII);
    chunk.clear();
    assertEquals(good.length, parser.parse(good, 0, good.length, chunk));
    assertEquals("123#ab", chunk.frame(chunk.size() - 1).toString());
  }

  /** How many frames so many bytes of noise have. */
  private static long pass(
      SlcanParser parser,
      FrameChunk chunk,
      byte[] piece,
      Random random,
      boolean isLikely,
      int bytes) {
    long frames = 0;
    for (int done = 0; done < bytes; done += piece.length) {
      random.nextBytes(piece);
      for (int i = 0; isLikely && i < piece.length; i++) {
        piece[i] = LIKELY[(piece[i] & 0xFF) % LIKELY.length];
      }
      for (int at = 0; at < piece.length; ) {
        int next = parser.parse(piece, at, piece.length, chunk);
        assertTrue(next > at || chunk.isFull(), "no step forward");
        at = next;
        frames += chunk.size();
        chunk.clear();
      }
    }
    return frames;
  }

  private final class Counted implements SlcanParser.Notices {
    @Override
    public void malformed(String why) {
      told++;
    }

    @Override
    public void changed(String before) {
      told++;
    }

    @Override
    public void refused() {
      told++;
    }

    @Override
    public void status(int bits) {
      told++;
    }

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {
      told++;
    }

    @Override
    public void busErrors(int count, int overruns) {
      told++;
    }
  }
}
