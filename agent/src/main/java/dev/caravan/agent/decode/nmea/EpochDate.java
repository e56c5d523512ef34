package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import org.jspecify.annotations.Nullable;

/**
 * The date of epochs, also of those without a sentence that tells it: that of the last one that did, and the next day
 * once the time of day has begun anew; none once the sentence that told it has none. One thread uses it.
 */
final class EpochDate {
  static final long DAY_NS = 86_400_000_000_000L;

  // of the last epoch
  private long day = MISSING;
  private long timeOfDayNs;
  private @Nullable SentenceType dayOf;

  /** Epoch nanoseconds UTC, {@link NmeaFields#MISSING} if the date was never told. */
  long utcNs(Epoch epoch) {
    if (epoch.timeOfDayNs == MISSING) {
      return MISSING;
    }
    if (epoch.day != MISSING) {
      day = epoch.day;
      dayOf = epoch.dayOf;
    } else if (dayOf != null && epoch.dayless.contains(dayOf)) {
      day = MISSING;
    } else if (day != MISSING && timeOfDayNs - epoch.timeOfDayNs > DAY_NS / 2) {
      day++;
    }
    timeOfDayNs = epoch.timeOfDayNs;
    return day == MISSING ? MISSING : day * DAY_NS + timeOfDayNs;
  }
}
