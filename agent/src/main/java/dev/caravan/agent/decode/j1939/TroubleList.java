package dev.caravan.agent.decode.j1939;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A diagnostic message that is a list of trouble codes: lamps in its first two bytes, then four bytes for each code.
 *
 * @see "SAE J1939-73, 5.7"
 */
enum TroubleList {
  /** What is wrong now. */
  DM1(0xFECA, "Active"),
  /** What was wrong before. */
  DM2(0xFECB, "PreviouslyActive"),
  /** What bears on emissions and is not confirmed yet. */
  DM6(0xFECF, "Pending"),
  /** What is wrong now and bears on emissions. */
  DM12(0xFED4, "EmissionActive"),
  /** What was wrong before and bears on emissions. */
  DM23(0xFDB5, "EmissionPreviouslyActive");

  private static final TroubleList[] ALL = values();

  private final int pgn;
  private final String word;

  TroubleList(int pgn, String word) {
    this.pgn = pgn;
    this.word = word;
  }

  /** All of them, as they stand in the names of signals. */
  static List<String> words() {
    return Arrays.stream(ALL).map(TroubleList::toString).toList();
  }

  /** What its signals are called: this and {@code Dtcs} or {@code DtcCount}. */
  String word() {
    return word;
  }

  /** The list of a parameter group; null if it is none. */
  static @Nullable TroubleList of(int pgn) {
    for (TroubleList list : ALL) {
      if (list.pgn == pgn) {
        return list;
      }
    }
    return null;
  }
}
