package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import java.util.Arrays;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** What the sentences of one epoch have told so far. Mutable, used again for the next one. */
final class Epoch {
  /** By {@link Item#place()}; {@link NmeaFields#MISSING} where nothing was told. */
  final long[] values = new long[Item.count()];

  /** Bit by {@link Item#place()}: some sentence has a field for it, empty or not. */
  private int heard;

  /** Nanoseconds since midnight UTC. */
  long timeOfDayNs;
  /** Days since 1970-01-01, of RMC or ZDA. */
  long day;
  /** Which of the two told it. */
  @Nullable
  SentenceType dayOf;

  /** Which of the two have no date in their fields. */
  final EnumSet<SentenceType> dayless = EnumSet.noneOf(SentenceType.class);

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
  final SatelliteSet gsaUsed = new SatelliteSet();
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
    dayOf = null;
    dayless.clear();
    heard = 0;
    receivedNs = 0;
    untimed.clear();
    isBegun = false;
    saysFix = false;
    isVoid = false;
    isMeasured = true;
    gsaMode = 0;
    gsaUsed.clear();
    vtgCourse = MISSING;
    vtgSpeed = MISSING;
  }

  long value(Item item) {
    return values[item.place()];
  }

  void set(Item item, long value) {
    values[item.place()] = value;
  }

  /** Takes what a field says, which may be nothing. */
  void tell(Item item, long value) {
    heard |= 1 << item.place();
    if (value != MISSING) {
      values[item.place()] = value;
    }
  }

  /** Takes what a field says if no other has said it yet. */
  void tellIfNew(Item item, long value) {
    heard |= 1 << item.place();
    if (values[item.place()] == MISSING) {
      values[item.place()] = value;
    }
  }

  /** Whether some sentence has a field for it, and none says anything in it. */
  boolean isEmpty(Item item) {
    return (heard >> item.place() & 1) != 0 && values[item.place()] == MISSING;
  }
}
