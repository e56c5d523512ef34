package dev.caravan.agent.device.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameLineTest {
  private static final byte[] PAYLOAD = {
    0x00, 0x1F, (byte) 0xA5, (byte) 0xFF, 0x7E, (byte) 0x80, 0x09, (byte) 0xC0
  };

  @ParameterizedTest
  @CsvSource({
    "0,              123, 8, false, t1238001FA5FF7E8009C0",
    "0,              000, 0, false, t0000",
    "0,              7FF, 1, false, t7FF100",
    "0,              7FF, 1, true,  t7FF1000000",
    "999999,         7FF, 1, true,  t7FF1000000",
    "1000000,        7FF, 1, true,  t7FF1000001",
    "59999999999,    0AB, 2, true,  t0AB2001FEA5F",
    "60000000000,    0AB, 2, true,  t0AB2001F0000",
    "3661234000000,  0AB, 2, true,  t0AB2001F04D2",
  })
  void lineIsThatOfTheCommandSet(
      long timeNs, String id, int length, boolean stamped, String wanted) {
    FrameLine line = new FrameLine();
    int bytes = line.write(timeNs, Integer.parseInt(id, 16), PAYLOAD, length, stamped);
    assertEquals(wanted + "\r", new String(line.text(), 0, bytes, StandardCharsets.US_ASCII));
  }
}
