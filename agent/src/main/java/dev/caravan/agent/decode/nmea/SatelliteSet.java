package dev.caravan.agent.decode.nmea;

import java.util.Arrays;

/**
 * A set of satellites, each once under whatever number it is told. One thread uses it.
 *
 * <p>Numbers are those of NMEA 0183 version 4.11 (GPS 1..32, SBAS 33..64, GLONASS 65..96, 193..200 for QZSS), of its
 * systems (each from 1), and those that receivers use under one talker for all (BeiDou 201..264 and 401..464, Galileo
 * 301..336, SBAS 120..151).
 */
final class SatelliteSet {
  // system identifiers of NMEA 0183 version 4.11, GSA; there is none for SBAS
  static final int ANY = 0;
  static final int GPS = 1;
  static final int GLONASS = 2;
  static final int GALILEO = 3;
  static final int BEIDOU = 4;
  static final int QZSS = 5;
  static final int NAVIC = 6;
  private static final int SBAS = 7;

  private static final int MOST_OF_A_SYSTEM = 512;

  private final long[] bits = new long[(SBAS + 1) * MOST_OF_A_SYSTEM / Long.SIZE];

  void clear() {
    Arrays.fill(bits, 0);
  }

  void add(int satellite) {
    bits[satellite / Long.SIZE] |= 1L << satellite % Long.SIZE;
  }

  int size() {
    int size = 0;
    for (long some : bits) {
      size += Long.bitCount(some);
    }
    return size;
  }

  /** The system that a talker is of; {@link #ANY} for GN and others. */
  static int systemOfTalker(char first, char second) {
    return switch (first << 8 | second) {
      case 'G' << 8 | 'P' -> GPS;
      case 'G' << 8 | 'L' -> GLONASS;
      case 'G' << 8 | 'A' -> GALILEO;
      case 'G' << 8 | 'B', 'B' << 8 | 'D' -> BEIDOU;
      case 'G' << 8 | 'Q', 'Q' << 8 | 'Z' -> QZSS;
      case 'G' << 8 | 'I' -> NAVIC;
      default -> ANY;
    };
  }

  /** The satellite of a number, 0 and up; negative if there is none. */
  static int satellite(int system, long number) {
    if (number < 1 || number >= MOST_OF_A_SYSTEM) {
      return -1;
    }
    return switch (system) {
      case ANY, GPS -> ofSharedNumbers(system, (int) number);
      case GLONASS ->
        number > 32 && number <= 64
            ? of(SBAS, number)
            : of(system, number > 64 ? number - 64 : number);
      case GALILEO -> of(system, number > 300 ? number - 300 : number);
      case BEIDOU -> of(system, number > 400 ? number - 400 : number > 200 ? number - 200 : number);
      case QZSS -> of(system, number > 192 ? number - 192 : number);
      default -> of(system, number);
    };
  }

  private static int ofSharedNumbers(int system, int number) {
    if (number <= 32) {
      return of(GPS, number);
    } else if (number <= 64) {
      return of(SBAS, number);
    } else if (number <= 96) {
      return of(GLONASS, number - 64);
    } else if (number >= 120 && number <= 151) {
      return of(SBAS, number - 87);
    } else if (number >= 193 && number <= 200) {
      return of(QZSS, number - 192);
    } else if (number > 200 && number <= 264) {
      return of(BEIDOU, number - 200);
    } else if (number > 300 && number <= 336) {
      return of(GALILEO, number - 300);
    } else if (number > 400 && number <= 464) {
      return of(BEIDOU, number - 400);
    }
    return of(system, number);
  }

  private static int of(int system, long number) {
    return system * MOST_OF_A_SYSTEM + (int) number;
  }

  /** The system of a satellite. */
  static int systemOf(int satellite) {
    return satellite < 0 ? ANY : satellite / MOST_OF_A_SYSTEM;
  }
}
