package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.FrameChunk;
import java.util.ArrayList;
import java.util.List;

/** Any bytes, in pieces of any size, give the same frames and notices, and are all used. */
class SlcanParserFuzzTest {
  private static final int[] PIECES = {1, 2, 7, 23, 24, 25, 160, 1 << 20};

  /** Frames and notices in the order of the wire. */
  private static List<String> heard(byte[] data, int pieceBytes) {
    List<String> all = new ArrayList<>();
    FrameClock clock = new FrameClock(true);
    clock.arrived(1_700_000_000_000_000_000L, 0);
    SlcanParser parser = new SlcanParser(clock, new SlcanParser.Notices() {
      @Override
      public void malformed(String why) {
        all.add(why);
      }

      @Override
      public void changed(String before) {
        all.add("changed " + before);
      }

      @Override
      public void refused() {
        all.add("refused");
      }

      @Override
      public void status(int bits) {
        all.add("status " + bits);
      }

      @Override
      public void busState(BusState state, int receiveErrors, int transmitErrors) {
        all.add("state " + state + receiveErrors + "/" + transmitErrors);
      }

      @Override
      public void busErrors(int count, int overruns) {
        all.add("errors " + count + "/" + overruns);
      }
    });
    FrameChunk chunk = new FrameChunk("can0", 1);
    int at = 0;
    while (at < data.length) {
      int to = Math.min(data.length, at + pieceBytes);
      int next = parser.parse(data, at, to, chunk);
      if (chunk.isFull()) {
        all.add(chunk.frame(0).toString() + chunk.frame(0).timeNs());
        chunk.clear();
      } else {
        assertEquals(to, next, "stopped without need");
      }
      at = next;
    }
    return all;
  }

  @FuzzTest(maxDuration = "3m")
  void piecesDoNotMatter(byte[] data) {
    List<String> whole = heard(data, PIECES[PIECES.length - 1]);
    for (int pieceBytes : PIECES) {
      assertEquals(whole, heard(data, pieceBytes), "in pieces of " + pieceBytes);
    }
  }
}
