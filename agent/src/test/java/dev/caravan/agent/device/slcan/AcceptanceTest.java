package dev.caravan.agent.device.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.device.FrameOut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptanceTest {
  private final Acceptance acceptance = new Acceptance();
  private final byte[] payload = {0x5A, 0, 0, 0, 0, 0, 0, 0};

  @Test
  void everythingPassesAfterReset() {
    for (int id = 0; id <= 0x7FF; id++) {
      assertTrue(acceptance.passes(id, 0, payload, 8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // both filters on 0x123: 0x123 << 5 = 0x2460; masks leave the last five bits of each half open
    "24602460, 001F001F, 123, true",
    "24602460, 001F001F, 122, false",
    "24602460, 001F001F, 523, false",
    // filter 1 on 0x100, filter 2 on 0x200..0x20F
    "20004000, 001F01FF, 100, true",
    "20004000, 001F01FF, 101, false",
    "20004000, 001F01FF, 20F, true",
    "20004000, 001F01FF, 210, false",
    // filter 1 on 0x123 with 0x5A in the first byte, filter 2 on 0x7FF
    "2465FFEA, 00100010, 123, true",
    "2466FFEA, 00100010, 123, false",
    "2465FFE9, 00100010, 123, false",
    // 29 bits: 0x18FEF1xx >> 13 = 0xC7F7, of which filter 1 takes just that, filter 2 any
    // 0x18xxxxxx
    "C7F70000, 0000FFFF, 18FEF100, true",
    "C7F7FFFF, 00000000, 18FEF1FE, true",
    "C7F7FFFF, 00000000, 18FF1100, false",
    "0000C7F7, 000007FF, 18001100, true",
    "0000C7F7, 000007FF, 0CF00400, false",
  })
  void codeAndMaskSelectAsInAnSja1000(String code, String mask, String id, boolean passes) {
    acceptance.code(Integer.parseUnsignedInt(code, 16));
    acceptance.mask(Integer.parseUnsignedInt(mask, 16));
    assertEquals(passes, acceptance.passes(Integer.parseInt(id, 16), flags(id), payload, 8));
  }

  private static int flags(String id) {
    return id.length() == 8 ? FrameOut.EXTENDED : 0;
  }
}
