package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import java.util.Arrays;
import java.util.EnumSet;

/** What the sentences of one epoch have told so far. Mutable, used again for the next one. */
final class Epoch {
  /** By {@link Item#place()}; {@link NmeaFields#MISSING} where nothing was told. */
  final long[] values = new long[Item.count()];

  /** Nanoseconds since midnight UTC. */
  long timeOfDayNs;
  /** Days since 1970-01-01, of RMC or ZDA. */
  long day;
  /** When the first sentence with a time came in, by the board. */
  long receivedNs;

  /** Sentences that should have a time and have none. */
  final EnumSet<SentenceType> untimed = EnumSet.noneOf(SentenceType.class);

  /** Whether any sentence has come, and whether one of them says if there is a fix. */
  boolean isBegun;

  boolean saysFix;
  /** Whether a sentence says that there is no fix, or that its values are not to be used. */
  boolean isVoid;
  /** Whether the position is measured: not estimated, entered by hand or simulated. */
  boolean isMeasured;

  /** The best GSA mode, 1..3; 0 without GSA. */
  int gsaMode;
  /** Satellites that the GSA sentences name as used. */
  int gsaUsed;
  /** Course as told by VTG, where RMC has none. */
  long vtgCourse;

  long vtgSpeed;

  Epoch() {
    clear();
  }

  void clear() {
    Arrays.fill(values, MISSING);
    timeOfDayNs = MISSING;
    day = MISSING;
    receivedNs = 0;
    untimed.clear();
    isBegun = false;
    saysFix = false;
    isVoid = false;
    isMeasured = true;
    gsaMode = 0;
    gsaUsed = 0;
    vtgCourse = MISSING;
    vtgSpeed = MISSING;
  }

  long value(Item item) {
    return values[item.place()];
  }

  void set(Item item, long value) {
    values[item.place()] = value;
  }

  /** Sets what is told, keeps what was. */
  void setIfTold(Item item, long value) {
    if (value != MISSING) {
      values[item.place()] = value;
    }
  }

  /** Sets what is told for the first time, keeps what was. */
  void setIfNew(Item item, long value) {
    if (values[item.place()] == MISSING) {
      values[item.place()] = value;
    }
  }
}
