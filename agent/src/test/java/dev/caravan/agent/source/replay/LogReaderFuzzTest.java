package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Any bytes are read to their end as a log of any form: a verdict for each line, and frames that can be. */
class LogReaderFuzzTest {
  @FuzzTest(maxDuration = "3m")
  void anyBytesAreReadToTheirEnd(byte[] data) throws IOException {
    CanFrame frame = new CanFrame();
    long lines = 0;
    try (LogReader reader = LogReader.of(new ByteArrayInputStream(data))) {
      Verdict verdict = reader.next(frame);
      while (verdict != Verdict.END) {
        lines++;
        if (verdict == Verdict.FRAME) {
          boolean isLong = frame.is(CanFrame.EXTENDED) || frame.is(CanFrame.ERROR);
          assertTrue(frame.id() >= 0 && frame.id() <= (isLong ? 0x1FFF_FFFF : 0x7FF), "id");
          assertTrue(frame.length() <= (frame.is(CanFrame.FD) ? 64 : 8), "length");
        }
        verdict = reader.next(frame);
      }
      long told = 0;
      for (Verdict kind : Verdict.values()) {
        told += kind == Verdict.END ? 0 : reader.count(kind);
      }
      assertEquals(lines, told);
    } catch (UnreadableLogException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
  }
}
