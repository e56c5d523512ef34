package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter terminal = new StringWriter();
  private final AtomicLong nowNs = new AtomicLong(500);
  private final ProgressLine progress =
      new ProgressLine(new PrintWriter(terminal), 1000, nowNs::get);

  @Test
  void shortFileShowsNothing() {
    nowNs.addAndGet(999_999_999);
    progress.at(500, 10);
    progress.end();
    assertEquals("", terminal.toString());
  }

  @Test
  void longFileShowsItsShareFiveTimesASecond() {
    nowNs.addAndGet(1_000_000_000);
    progress.at(100, 1234);
    progress.at(200, 2000);
    nowNs.addAndGet(200_000_000);
    progress.at(1005, 5_000_000);
    progress.end();
    assertEquals(
        "\r[===                           ]  10 %  1,234 lines"
            + "\r[==============================] 100 %  5,000,000 lines"
            + "\r\u001b[K",
        terminal.toString());
  }
}
