package dev.caravan.agent.cli;

import dev.caravan.agent.source.CanFrame;
import java.util.Optional;

/**
 * Guesses from the 29-bit frames of a log that nothing knows whether they are J1939 or NMEA 2000, which an option would
 * read. Looks only at groups that others than these do not send: those of packets, of claimed addresses, trouble codes
 * and engines, and page 1 from 1F000 on.
 *
 * @see "SAE J1939-21, 5.10 and table A.1; J1939-71, PGN 61443, 61444, 65262, 65265; J1939-81; IEC 61162-3"
 */
final class HigherProtocol {
  /** Fewer are chance: one identifier in a thousand of other protocols is such a one. */
  private static final int LEAST = 10;

  private static final int PDU2 = 0xF0;

  private long known;
  private long j1939;
  private long nmea2000;
  private long others;

  /** Takes in a frame, and whether it was printed as a message. */
  void heard(CanFrame frame, boolean isKnown) {
    if ((frame.flags() & CanFrame.EXTENDED) == 0
        || (frame.flags() & (CanFrame.ERROR | CanFrame.REMOTE)) != 0) {
      return;
    }
    if (isKnown) {
      known++;
    } else {
      int group = frame.id() >>> 8 & 0x3FFFF;
      boolean isOfAll = (group >>> 8 & 0xFF) >= PDU2;
      switch (isOfAll ? group : group & 0x3FF00) {
        case 0xEA00, 0xEB00, 0xEC00, 0xEE00, 0xF003, 0xF004, 0xFECA, 0xFEEE, 0xFEF1 -> j1939++;
        default -> {
          if (group >= 0x1F000 && group <= 0x1FFFF) {
            nmea2000++;
          } else {
            others++;
          }
        }
      }
    }
  }

  /**
   * What to say of it, if there is anything.
   *
   * @param isJ1939 whether J1939 is on
   * @param isNmea2000 whether NMEA 2000 is on
   */
  Optional<String> hint(boolean isJ1939, boolean isNmea2000) {
    long frames = j1939 + nmea2000 + others;
    if (!isNmea2000 && nmea2000 >= LEAST && nmea2000 > known && nmea2000 * 2 > frames) {
      return Optional.of("frames that look like NMEA 2000 and that nothing knows: " + nmea2000
          + "; see --nmea2000");
    }
    if (!isJ1939 && j1939 >= LEAST && j1939 > known) {
      return Optional.of(
          "frames that look like J1939 and that nothing knows: " + j1939
              + "; see --j1939, which matches by parameter group, joins packets and reads trouble codes");
    }
    return Optional.empty();
  }
}
