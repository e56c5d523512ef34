package dev.caravan.agent.device.gnss;

import dev.caravan.agent.device.Instrument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Writes one fix as the sentences of NMEA 0183 version 4.11. One thread. */
final class Sentences {
  /** How much the receiver knows. */
  enum Knowledge {
    NOTHING,
    TIME,
    TWO_D,
    THREE_D
  }

  /**
   * One fix.
   *
   * @param utcNs epoch nanoseconds
   * @param sinceStartNs since it was switched on
   * @param heightM above mean sea level
   * @param course degrees
   */
  record Fix(
      long utcNs,
      long sinceStartNs,
      Knowledge knowledge,
      double latitude,
      double longitude,
      double heightM,
      double speedMps,
      double course) {
    boolean hasTime() {
      return knowledge != Knowledge.NOTHING;
    }

    boolean hasPosition() {
      return knowledge == Knowledge.TWO_D || knowledge == Knowledge.THREE_D;
    }

    boolean hasHeight() {
      return knowledge == Knowledge.THREE_D;
    }
  }

  private static final double KNOTS_PER_MPS = 3600 / 1852.0;
  private static final double SLOWEST_WITH_COURSE_MPS = 0.5;
  private static final double GEOID_M = -28.5;
  private static final int SATELLITES_OF_TWO_D = 3;

  private final Sky sky;
  private final StringBuilder text = new StringBuilder(96);

  Sentences(Sky sky) {
    this.sky = sky;
  }

  void say(Fix fix, Instrument.Voice voice) {
    OffsetDateTime utc = Instant.ofEpochSecond(
            Math.floorDiv(fix.utcNs, 1_000_000_000L), Math.floorMod(fix.utcNs, 1_000_000_000L))
        .atOffset(ZoneOffset.UTC);
    boolean isWholeSecond = utc.getNano() < 1_000_000;
    rmc(fix, utc, voice);
    vtg(fix, voice);
    gga(fix, utc, voice);
    gsa(fix, voice);
    if (isWholeSecond) {
      for (Sky.Constellation one : Sky.Constellation.values()) {
        for (String gsv : sky.inView(one, fix.sinceStartNs, fix.knowledge != Knowledge.TIME)) {
          text.setLength(0);
          end(text.append('$').append(gsv), voice);
        }
      }
    }
    gll(fix, utc, voice);
    gst(fix, utc, voice);
    if (isWholeSecond) {
      zda(fix, utc, voice);
    }
  }

  private StringBuilder begin(String type) {
    text.setLength(0);
    return text.append("$GN").append(type).append(',');
  }

  private static void end(StringBuilder text, Instrument.Voice voice) {
    int sum = 0;
    for (int i = 1; i < text.length(); i++) {
      sum ^= text.charAt(i);
    }
    text.append('*')
        .append(Character.toUpperCase(Character.forDigit(sum >> 4, 16)))
        .append(Character.toUpperCase(Character.forDigit(sum & 15, 16)))
        .append("\r\n");
    voice.say(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private void time(Fix fix, OffsetDateTime utc) {
    if (fix.hasTime()) {
      Digits.fixed(text, utc.getHour(), 2, 0);
      Digits.fixed(text, utc.getMinute(), 2, 0);
      Digits.fixed(text, utc.getSecond(), 2, 0);
      int hundredths = utc.getNano() / 10_000_000;
      Digits.fixed(text.append('.'), hundredths, 2, 0);
    }
  }

  private void position(Fix fix) {
    if (fix.hasPosition()) {
      Digits.degrees(text, fix.latitude, true);
      Digits.degrees(text.append(','), fix.longitude, false);
    } else {
      text.append(",,,");
    }
  }

  private void course(Fix fix) {
    if (fix.hasPosition() && fix.speedMps >= SLOWEST_WITH_COURSE_MPS) {
      Digits.fixed(text, fix.course, 1, 2);
    }
  }

  private void speed(Fix fix, double perMps) {
    if (fix.hasPosition()) {
      Digits.fixed(text, fix.speedMps * perMps, 1, 3);
    }
  }

  private static char mode(Fix fix) {
    return fix.hasPosition() ? 'A' : 'N';
  }

  private void rmc(Fix fix, OffsetDateTime utc, Instrument.Voice voice) {
    begin("RMC");
    time(fix, utc);
    text.append(',').append(fix.hasPosition() ? 'A' : 'V').append(',');
    position(fix);
    text.append(',');
    speed(fix, KNOTS_PER_MPS);
    text.append(',');
    course(fix);
    text.append(',');
    if (fix.hasTime()) {
      Digits.fixed(text, utc.getDayOfMonth(), 2, 0);
      Digits.fixed(text, utc.getMonthValue(), 2, 0);
      Digits.fixed(text, utc.getYear() % 100, 2, 0);
    }
    end(text.append(",,,").append(mode(fix)).append(",V"), voice);
  }

  private void vtg(Fix fix, Instrument.Voice voice) {
    begin("VTG");
    course(fix);
    text.append(",T,,M,");
    speed(fix, KNOTS_PER_MPS);
    text.append(",N,");
    speed(fix, 3.6);
    end(text.append(",K,").append(mode(fix)), voice);
  }

  private void gga(Fix fix, OffsetDateTime utc, Instrument.Voice voice) {
    begin("GGA");
    time(fix, utc);
    text.append(',');
    position(fix);
    text.append(',').append(fix.hasPosition() ? '1' : '0').append(',');
    Digits.fixed(text, Math.min(12, used(fix)), 2, 0);
    text.append(fix.hasPosition() ? ",0.80," : ",99.99,");
    if (fix.hasHeight()) {
      Digits.fixed(text, fix.heightM, 1, 1).append(",M,");
      Digits.fixed(text, GEOID_M, 1, 1).append(",M,,");
    } else {
      text.append(",M,,M,,");
    }
    end(text, voice);
  }

  private static int used(Fix fix) {
    if (!fix.hasHeight()) {
      return fix.hasPosition() ? SATELLITES_OF_TWO_D : 0;
    }
    int sum = 0;
    for (Sky.Constellation one : Sky.Constellation.values()) {
      sum += Sky.count(one);
    }
    return sum;
  }

  private void gsa(Fix fix, Instrument.Voice voice) {
    int left = used(fix);
    for (Sky.Constellation one : Sky.Constellation.values()) {
      begin("GSA").append("A,").append(fix.hasHeight() ? '3' : fix.hasPosition() ? '2' : '1');
      int used = Math.min(left, Sky.count(one));
      left -= used;
      for (int i = 0; i < 12; i++) {
        text.append(',');
        if (i < used) {
          Digits.fixed(text, Sky.id(one, i), 2, 0);
        }
      }
      text.append(fix.hasPosition() ? ",1.40,0.80,1.15," : ",99.99,99.99,99.99,");
      end(text.append(one.system), voice);
    }
  }

  private void gll(Fix fix, OffsetDateTime utc, Instrument.Voice voice) {
    begin("GLL");
    position(fix);
    text.append(',');
    time(fix, utc);
    end(text.append(fix.hasPosition() ? ",A," : ",V,").append(mode(fix)), voice);
  }

  private void gst(Fix fix, OffsetDateTime utc, Instrument.Voice voice) {
    begin("GST");
    time(fix, utc);
    end(text.append(fix.hasPosition() ? ",12,,,,0.90,0.80,1.9" : ",,,,,,,"), voice);
  }

  private void zda(Fix fix, OffsetDateTime utc, Instrument.Voice voice) {
    begin("ZDA");
    time(fix, utc);
    text.append(',');
    if (fix.hasTime()) {
      Digits.fixed(text, utc.getDayOfMonth(), 2, 0);
      Digits.fixed(text.append(','), utc.getMonthValue(), 2, 0);
      Digits.fixed(text.append(','), utc.getYear(), 4, 0);
    } else {
      text.append(",,");
    }
    end(text.append(",00,00"), voice);
  }
}
