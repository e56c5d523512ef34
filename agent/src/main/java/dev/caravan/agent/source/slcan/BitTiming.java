package dev.caravan.agent.source.slcan;

import java.util.Optional;

/** The command that sets a bit rate: {@code S} with a code where the dialect has one for it, else {@code s} with registers. */
final class BitTiming {
  // LAWICEL CAN232 manual, S command
  private static final int[] COMMON = {
    10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, -1, 1_000_000
  };

  private BitTiming() {}

  /**
   * The command without its CR.
   *
   * @param bitrate bit/s
   * @return nothing where the dialect cannot set it, or means different rates by one code
   */
  static Optional<String> command(Dialect dialect, int bitrate) {
    for (int code = 0; code < COMMON.length; code++) {
      if (COMMON[code] == bitrate) {
        return Optional.of("S" + code);
      }
    }
    return switch (dialect) {
      case AUTO -> Optional.empty();
      case CANABLE ->
        bitrate == 750_000
            ? Optional.of("S7")
            : bitrate == 83_333 || bitrate == 83_300 ? Optional.of("S9") : Optional.empty();
      case LAWICEL -> bitrate == 800_000 ? Optional.of("S7") : sja1000(bitrate);
      case USBTIN -> bitrate == 800_000 ? Optional.of("S7") : mcp2515(bitrate);
      case CANDAPTER -> bitrate == 800_000 ? Optional.of("S7") : Optional.empty();
    };
  }

  /**
   * Philips SJA1000 data sheet, 6.5.1 and 6.5.2: BTR0 = SJW-1 (2 bits), BRP-1 (6); BTR1 = SAM (1), TSEG2-1 (3), TSEG1-1
   * (4). The clock of a quantum is 8 MHz: 16 MHz halved.
   */
  private static Optional<String> sja1000(int bitrate) {
    for (int quanta :
        new int[] {16, 20, 15, 14, 18, 12, 10, 8, 24, 25, 22, 21, 17, 19, 13, 11, 9}) {
      int prescaler = Math.round(8_000_000f / quanta / bitrate);
      if (prescaler >= 1 && prescaler <= 64 && isNear(8e6 / quanta / prescaler, bitrate)) {
        int tseg2 = phase2(quanta);
        int tseg1 = quanta - 1 - tseg2;
        if (tseg1 <= 16) {
          return Optional.of(hex("s", prescaler - 1, (tseg2 - 1) << 4 | (tseg1 - 1)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Microchip MCP2515 data sheet, 5.7: CNF1 = SJW-1 (2 bits), BRP-1 (6); CNF2 = BTLMODE (1), SAM (1), PHSEG1-1 (3),
   * PRSEG-1 (3); CNF3 = PHSEG2-1 (3). A quantum is 2 BRP periods of 24 MHz.
   */
  private static Optional<String> mcp2515(int bitrate) {
    for (int quanta : new int[] {16, 20, 15, 14, 18, 12, 10, 8, 22, 21, 17, 19, 13, 11, 9}) {
      int prescaler = Math.round(12_000_000f / quanta / bitrate);
      if (prescaler >= 1 && prescaler <= 64 && isNear(12e6 / quanta / prescaler, bitrate)) {
        int phase2 = phase2(quanta);
        int before = quanta - 1 - phase2;
        int phase1 = before / 2;
        int propagation = before - phase1;
        if (phase1 <= 8 && propagation <= 8) {
          return Optional.of(
              hex("s", prescaler - 1, 0x80 | (phase1 - 1) << 3 | (propagation - 1), phase2 - 1));
        }
      }
    }
    return Optional.empty();
  }

  /** Samples at about four fifths of the bit. */
  private static int phase2(int quanta) {
    return Math.max(2, Math.min(8, (quanta + 2) / 5));
  }

  /** CAN works with clocks up to 0.5 % apart, less on a fast bus; a rate set on purpose should be off by far less. */
  private static boolean isNear(double rate, int wanted) {
    return Math.abs(rate - wanted) <= wanted * 0.0005;
  }

  private static String hex(String start, int... registers) {
    StringBuilder command = new StringBuilder(start);
    for (int register : registers) {
      command.append(Character.toUpperCase(Character.forDigit(register >> 4, 16)));
      command.append(Character.toUpperCase(Character.forDigit(register & 15, 16)));
    }
    return command.toString();
  }
}
