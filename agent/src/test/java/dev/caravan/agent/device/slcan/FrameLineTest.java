package dev.caravan.agent.device.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.device.FrameOut;
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
    "0,              18FEF100, 8, false, T18FEF1008001FA5FF7E8009C0",
    "0,              00000123, 0, true, T0000012300000",
    "65535000000,    1FFFFFFF, 8, true, T1FFFFFFF8001FA5FF7E8009C0159F",
  })
  void lineIsThatOfTheCommandSet(
      long timeNs, String id, int length, boolean stamped, String wanted) {
    FrameLine line = new FrameLine();
    int bytes = line.write(
        timeNs,
        Integer.parseInt(id, 16),
        id.length() == 8 ? FrameOut.EXTENDED : 0,
        PAYLOAD,
        length,
        stamped);
    assertEquals(wanted + "\r", new String(line.text(), 0, bytes, StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "4, 8, d1238",
    "12, 8, b1238",
    "4, 12, d1239",
    "12, 24, b123C",
    "12, 64, b123F",
    "5, 8, D000001238",
    "13, 64, B00000123F"
  })
  void lineOfCanFdHasItsLetterAndLengthCode(int flags, int length, String start) {
    FrameLine line = new FrameLine();
    int bytes = line.write(0, 0x123, flags, new byte[64], length, false);
    assertEquals(
        start + "00".repeat(length) + "\r",
        new String(line.text(), 0, bytes, StandardCharsets.US_ASCII));
  }
}
