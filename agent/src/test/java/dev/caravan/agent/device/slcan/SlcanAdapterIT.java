package dev.caravan.agent.device.slcan;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The adapter's answers and lines as a program on the other side of a real pseudo-terminal sees them. */
@Timeout(60)
class SlcanAdapterIT {
  private static final String BEL = "\u0007";

  private final RunningAdapter device;

  SlcanAdapterIT() throws IOException {
    device = new RunningAdapter(2000, 1);
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void answersWhatItIsAndRefusesWhatItDoesNotKnow() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("V1013\r", host.ask("V\r"));
      assertEquals("v1014\r", host.ask("v\r"));
      assertEquals("NCA01\r", host.ask("N\r"));
      assertEquals(BEL, host.ask("Q1\r"));
      assertEquals(BEL, host.ask("O\r")); // no bit rate yet
      assertEquals(BEL, host.ask("C\r"));
      assertEquals(BEL, host.ask("F\r"));
      assertEquals("\r", host.ask("S6\r"));
      assertEquals(BEL, host.ask("S9\r"));
      assertEquals("\r", host.ask("s001C\r"));
      assertEquals(BEL, host.ask("s00\r"));
      assertEquals("\r", host.ask("M00000000\r"));
      assertEquals("\r", host.ask("mFFFFFFFF\r"));
      assertEquals(BEL, host.ask("m\r"));
      assertEquals(BEL, host.ask("0123456789012345678901234567890123456789\r"));
      assertEquals("V1013\r", host.ask("V\r"));
    }
  }

  @Test
  void framesFlowWhileOpenAndStopWithTheAnswerToClose() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("L\r"));
      for (String line : host.lines(3000)) {
        assertTrue(line.matches("t[0-7][0-9A-F]{2}8[0-9A-F]{16}\r"), line);
      }
      assertEquals(BEL, host.answer("S5\r"));
      assertEquals(BEL, host.answer("Z1\r"));
      assertEquals(BEL, host.answer("O\r"));
      assertEquals(BEL, host.answer("t1231AB\r"));
      assertEquals("F00\r", host.answer("F\r"));
      assertEquals("\r", host.answer("C\r"));
      assertEquals("V1013\r", host.ask("V\r"));
      assertEquals(0, device.counts().overrunFrames());
    }
  }

  @Test
  void whatTheHostSendsIsAnsweredInNormalModeOnly() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals(BEL, host.ask("t1231AB\r"));
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("O\r"));
      assertEquals("z\r", host.answer("t1231AB\r"));
      assertEquals("Z\r", host.answer("T1FFFFFFF0\r"));
      assertEquals("z\r", host.answer("r7DF8\r"));
      assertEquals("Z\r", host.answer("R000000008\r"));
      for (String wrong : List.of(
          "t1231A",
          "t1231ABC",
          "t1239" + "00".repeat(9),
          "t8001AA",
          "T200000000",
          "tXYZ0",
          "t123",
          "t1231G0",
          "r12300")) {
        assertEquals(BEL, host.answer(wrong + "\r"), wrong);
      }
      assertEquals(4, device.adapter.transmittedFrames());
    }
  }

  @Test
  void anotherBitRateReceivesNothingAndShowsBusErrors() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S5\r"));
      assertEquals("\r", host.ask("L\r"));
      await().atMost(Duration.ofSeconds(5)).until(() -> host.ask("F\r").equals("F84\r"));
      assertEquals("\r", host.ask("C\r"));
      assertEquals(0, device.counts().sentFrames());
    }
  }

  @Test
  void timeStampsAreThoseOfTheBusAndRunOn() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("Z1\r"));
      assertEquals("\r", host.ask("O\r"));
      int first = -1;
      int last = -1;
      for (String line : host.lines(2000)) {
        assertEquals(26, line.length(), line);
        int stamp = Integer.parseInt(line.substring(21, 25), 16);
        assertTrue(stamp < 60_000);
        assertTrue(last < 0 || (stamp - last + 60_000) % 60_000 < 50, line);
        first = first < 0 ? stamp : first;
        last = stamp;
      }
      // 1,999 frames after the first are 999.5 ms of the bus
      assertEquals(1000, (last - first + 60_000) % 60_000, 12.0);
    }
  }

  @Test
  void acceptanceFilterLetsOneIdentifierThrough() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("M18C018C0\r")); // 0x0C6
      assertEquals("\r", host.ask("m001F001F\r"));
      assertEquals("\r", host.ask("O\r"));
      for (String line : host.lines(50)) {
        assertTrue(line.startsWith("t0C68"), line);
      }
      assertEquals(BEL, host.answer("mFFFFFFFF\r"));
    }
  }
}
