package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Crc16Test {
  @Test
  void checkValueIsThatOfTheCatalogue() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0x4B37, Crc16.of(digits, 0, digits.length));
  }

  @Test
  void lowByteIsSentFirst() {
    // "MODBUS over Serial Line V1.02", 6.2.2: 02 07 gives 1241, sent 41 12
    assertTrue(Crc16.isRight(HexFormat.of().parseHex("02074112"), 0, 4));
    assertFalse(Crc16.isRight(HexFormat.of().parseHex("02071241"), 0, 4));
  }
}
