package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads the fields of each type of sentence into an epoch. The comments name clauses of NMEA 0183 version 4.11. One
 * thread uses it.
 */
final class SentenceReader {
  private static final long METERS_PER_NAUTICAL_MILE = 1_852;
  private static final int FULL_CIRCLE = 360_000;

  private final SatellitesInView inView;

  SentenceReader(SatellitesInView inView) {
    this.inView = inView;
  }

  void read(SentenceType type, NmeaFields fields, Epoch epoch) {
    switch (type) {
      case RMC -> rmc(fields, epoch);
      case GGA -> gga(fields, epoch);
      case GNS -> gns(fields, epoch);
      case GLL -> gll(fields, epoch);
      case ZDA -> zda(fields, epoch);
      case GST -> gst(fields, epoch);
      case VTG -> vtg(fields, epoch);
      case GSA -> gsa(fields, epoch);
      case GSV -> inView.gsv(fields, epoch);
      case HDT, THS -> heading(type, fields, epoch);
      case HDG -> hdg(fields, epoch);
      // expected errors of a faulty satellite: nothing is said under a name of its own
      case GBS -> {}
    }
  }

  /** 8.3.69: time, status, latitude, N/S, longitude, E/W, knots, course, ddmmyy, variation, E/W, mode, navigation. */
  private static void rmc(NmeaFields f, Epoch epoch) {
    validity(f.letter(2), f.letter(12), epoch);
    position(f, 3, epoch);
    epoch.tell(Item.SPEED, speedOfKnots(f.decimal(7, 5)));
    epoch.tell(Item.COURSE, angle(f.decimal(8, 3)));
    long date = f.length(9) == 6 ? f.decimal(9, 0) : MISSING;
    long year = date % 100;
    // two digits: GPS began in 1980
    setDay(
        SentenceType.RMC, epoch, date / 10_000, date / 100 % 100, year + (year < 80 ? 2000 : 1900));
  }

  /** 8.3.35: time, latitude, N/S, longitude, E/W, quality, satellites, HDOP, altitude, M, separation, M, age, station. */
  private static void gga(NmeaFields f, Epoch epoch) {
    long quality = f.decimal(6, 0);
    boolean isKnown = quality >= 0 && quality <= 8;
    epoch.tell(Item.FIX_QUALITY, isKnown ? quality : MISSING);
    if (isKnown) {
      fix(quality > 0, quality < 6, epoch);
    }
    position(f, 2, epoch);
    epoch.tell(Item.SATELLITES_USED, f.decimal(7, 0));
    altitude(f, 8, epoch, 11);
    epoch.tell(Item.DIFFERENTIAL_AGE, f.decimal(13, 1));
  }

  /** 8.3.40: time, latitude, N/S, longitude, E/W, modes, satellites, HDOP, altitude, separation, age, station, status. */
  private static void gns(NmeaFields f, Epoch epoch) {
    position(f, 2, epoch);
    long quality = f.isEmpty(6) ? MISSING : gnsQuality(f);
    epoch.tellIfNew(Item.FIX_QUALITY, quality);
    if (quality != MISSING) {
      fix(quality > 0, quality < 6, epoch);
    }
    epoch.tell(Item.SATELLITES_USED, f.decimal(7, 0));
    altitude(f, 8, epoch, 10);
    epoch.tell(Item.DIFFERENTIAL_AGE, f.decimal(11, 1));
  }

  /** One letter for each system; the best of them. */
  private static long gnsQuality(NmeaFields f) {
    String letters = "RFPDAEMS";
    long[] qualities = {4, 5, 3, 2, 1, 6, 7, 8};
    for (int i = 0; i < qualities.length; i++) {
      if (f.hasLetter(6, letters.charAt(i))) {
        return qualities[i];
      }
    }
    return 0;
  }

  /** 8.3.36: latitude, N/S, longitude, E/W, time, status, mode. */
  private static void gll(NmeaFields f, Epoch epoch) {
    validity(f.letter(6), f.letter(7), epoch);
    position(f, 1, epoch);
  }

  /** 8.3.106: time, day, month, year, zone. The zone says nothing of the time, which is UTC. */
  private static void zda(NmeaFields f, Epoch epoch) {
    setDay(SentenceType.ZDA, epoch, f.decimal(2, 0), f.decimal(3, 0), f.decimal(4, 0));
  }

  /** 8.3.43: time, RMS, ellipse (major, minor, orientation), standard deviations: latitude, longitude, altitude. */
  private static void gst(NmeaFields f, Epoch epoch) {
    long north = f.decimal(6, 3);
    long east = f.decimal(7, 3);
    epoch.tell(
        Item.HORIZONTAL_ACCURACY,
        north == MISSING || east == MISSING
            ? MISSING
            : Math.round(Math.hypot((double) north, (double) east)));
    epoch.tell(Item.VERTICAL_ACCURACY, f.decimal(8, 3));
  }

  /**
   * 8.3.98: course, T, magnetic, M, knots, N, km/h, K, mode. Before version 3 some receivers left the letters away:
   * course, magnetic, knots, km/h.
   */
  private static void vtg(NmeaFields f, Epoch epoch) {
    epoch.tell(Item.COURSE, MISSING);
    epoch.tell(Item.SPEED, MISSING);
    if (f.letter(9) == 'N') {
      return;
    }
    boolean lettered = f.letter(2) == 'T' || f.letter(4) == 'M' || f.letter(6) == 'N';
    epoch.vtgCourse = angle(f.decimal(1, 3));
    long kmh = lettered ? f.decimal(7, 3) : f.decimal(4, 3);
    long knots = lettered ? f.decimal(5, 5) : f.decimal(3, 5);
    epoch.vtgSpeed = knots != MISSING ? speedOfKnots(knots) : kmh;
  }

  /** 8.3.41: choice, mode, twelve satellites, PDOP, HDOP, VDOP, system. Several in an epoch: one for each system. */
  private static void gsa(NmeaFields f, Epoch epoch) {
    char mode = f.letter(2);
    epoch.tell(Item.SOLUTION_DIMENSIONS, MISSING);
    if (mode >= '1' && mode <= '3') {
      epoch.gsaMode = Math.max(epoch.gsaMode, mode - '0');
    }
    long system = f.decimal(18, 0);
    if (system < SatelliteSet.GPS || system > SatelliteSet.NAVIC) {
      system = SatelliteSet.systemOfTalker(f.character(0, 0), f.character(0, 1));
    }
    for (int i = 3; i < 15; i++) {
      int satellite = SatelliteSet.satellite((int) system, f.decimal(i, 0));
      if (satellite >= 0) {
        epoch.gsaUsed.add(satellite);
      }
    }
    epoch.tell(Item.PDOP, dilution(f.decimal(15, 2)));
    epoch.tell(Item.HDOP, dilution(f.decimal(16, 2)));
    epoch.tell(Item.VDOP, dilution(f.decimal(17, 2)));
  }

  /** 8.3.45 degrees, T; 8.3.91 degrees, mode: V is not valid. */
  private static void heading(SentenceType type, NmeaFields f, Epoch epoch) {
    boolean isValid = type != SentenceType.THS || f.letter(2) != 'V';
    epoch.tell(Item.HEADING, isValid ? angle(f.decimal(1, 3)) : MISSING);
  }

  /** 8.3.44: magnetic sensor, deviation, E/W, variation, E/W. True heading is the sum, to the east positive. */
  private static void hdg(NmeaFields f, Epoch epoch) {
    long sensor = f.decimal(1, 3);
    long variation = f.decimal(4, 3);
    epoch.tell(Item.HEADING, MISSING);
    if (sensor == MISSING || variation == MISSING) {
      return;
    }
    long deviation = f.isEmpty(2) ? 0 : f.decimal(2, 3);
    if (deviation != MISSING) {
      long sum = sensor
          + (f.letter(3) == 'W' ? -deviation : deviation)
          + (f.letter(5) == 'W' ? -variation : variation);
      epoch.tellIfNew(Item.HEADING, Math.floorMod(sum, FULL_CIRCLE));
    }
  }

  /** Status A or V, and the mode behind it, which is not sent before version 2.3. */
  private static void validity(char status, char mode, Epoch epoch) {
    if (status == 'A' || status == 'V' || status == 'D') {
      fix(status != 'V' && mode != 'N', mode != 'E' && mode != 'M' && mode != 'S', epoch);
    }
  }

  private static void fix(boolean isValid, boolean isMeasured, Epoch epoch) {
    epoch.saysFix = true;
    epoch.isVoid |= !isValid;
    epoch.isMeasured &= isMeasured;
  }

  private static void position(NmeaFields f, int field, Epoch epoch) {
    long latitude = f.degrees(field, 'N', 'S', 90);
    long longitude = f.degrees(field + 2, 'E', 'W', 180);
    boolean isWhole = latitude != MISSING && longitude != MISSING;
    epoch.tell(Item.LATITUDE, isWhole ? latitude : MISSING);
    epoch.tell(Item.LONGITUDE, isWhole ? longitude : MISSING);
  }

  private static void altitude(NmeaFields f, int field, Epoch epoch, int separationField) {
    epoch.tellIfNew(Item.HDOP, dilution(f.decimal(field, 2)));
    long altitude = f.decimal(field + 1, 3);
    long separation = f.decimal(separationField, 3);
    epoch.tell(Item.ALTITUDE_MSL, altitude);
    epoch.tell(Item.GEOID_SEPARATION, separation);
    boolean isWhole = altitude != MISSING && separation != MISSING;
    epoch.tell(Item.ALTITUDE, isWhole ? altitude + separation : MISSING);
  }

  /** Takes a date; one that is none is as if none had been sent. */
  private static void setDay(SentenceType of, Epoch epoch, long day, long month, long year) {
    try {
      epoch.day = LocalDate.of(Math.toIntExact(year), Math.toIntExact(month), Math.toIntExact(day))
          .toEpochDay();
      epoch.dayOf = of;
    } catch (DateTimeException | ArithmeticException e) {
      epoch.dayless.add(of);
    }
  }

  /** 1e-5 knots in 1e-3 km/h. */
  private static long speedOfKnots(long knots) {
    return knots == MISSING ? MISSING : Math.round(knots * METERS_PER_NAUTICAL_MILE / 100_000.0);
  }

  private static long angle(long value) {
    return value == MISSING || value < 0 || value > FULL_CIRCLE ? MISSING : value % FULL_CIRCLE;
  }

  /** 99.99 and more is how receivers say that they have none. */
  private static long dilution(long value) {
    return value < 0 || value >= 9_950 ? MISSING : value;
  }
}
