package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.isotp.IsoTpReassembler.Step;

/**
 * Any frames in any order: a message that is whole has the length that its first frame said, and every byte of it came
 * in a frame. Each frame of the input is its length, 0..8, and so many bytes.
 */
class IsoTpReassemblerFuzzTest {
  private static final int MOST_BYTES = 300;

  @FuzzTest(maxDuration = "3m")
  void wholeMessagesAreAsLongAsTheySaid(byte[] data) {
    IsoTpReassembler joining =
        new IsoTpReassembler(MOST_BYTES, IsoTpCounts.of(new Health(), "can0"));
    CanFrame frame = new CanFrame();
    long timeNs = 1_700_000_000_000_000_000L;
    int taken = 0;
    int said = 0;
    for (int at = 0; at < data.length; ) {
      int length = Math.min((data[at++] & 0xFF) % 9, data.length - at);
      frame.set(timeNs += 1_000_000, 0x7E8, 0, data, at, length);
      at += length;
      Step step = joining.accept(frame);
      if (step == Step.FIRST) {
        taken = 0;
        said = (frame.byteAt(0) & 0x0F) << 8 | frame.byteAt(1);
      }
      taken += length;
      if (step == Step.WHOLE) {
        boolean isSingle = frame.byteAt(0) >> 4 == 0;
        assertEquals(isSingle ? frame.byteAt(0) & 0x0F : said, joining.message().length());
        assertTrue(isSingle || joining.message().length() <= taken, "more bytes than came");
      }
      assertTrue(joining.message().length() <= MOST_BYTES, "longer than allowed");
    }
  }
}
