package dev.caravan.agent.decode.nmea;

import java.util.Arrays;

/**
 * The fields of one sentence, read where they lie. Field 0 is the address. One thread uses it; allocates nothing.
 *
 * <p>Every number is a whole count of some small unit, or {@link #MISSING} where the field is empty, absent or no number;
 * the last of these is remembered in {@link #hasUnreadable()}.
 */
final class NmeaFields {
  /** No value. */
  static final long MISSING = Long.MIN_VALUE;

  private static final int MOST_FIELDS = 64;
  private static final int MOST_DIGITS = 18;
  private static final long NANO = 1_000_000_000L;

  private final int[] starts = new int[MOST_FIELDS + 1];

  // of the sentence set last
  private String text = "";
  private int count;
  private boolean unreadable;

  /** Takes a sentence; fields past the {@value #MOST_FIELDS}th are left out. */
  void set(String sentence) {
    text = sentence;
    count = 0;
    unreadable = false;
    int start = 0;
    while (start >= 0 && count < MOST_FIELDS) {
      starts[count++] = start;
      start = sentence.indexOf(',', start) + 1;
      if (start == 0) {
        start = -1;
      }
    }
    starts[count] = start < 0 ? sentence.length() + 1 : start;
    Arrays.fill(starts, count + 1, starts.length, sentence.length() + 1);
  }

  /** How many fields there are, with the address. */
  int count() {
    return count;
  }

  /** Whether a field that was asked for has something in it that could not be read. */
  boolean hasUnreadable() {
    return unreadable;
  }

  private int end(int field) {
    return starts[field + 1] - 1;
  }

  /** Whether the field is absent or has nothing in it. */
  boolean isEmpty(int field) {
    return field >= count || starts[field] >= end(field);
  }

  /** The first character of a field in upper case, 0 if there is none. */
  char letter(int field) {
    return isEmpty(field) ? 0 : Character.toUpperCase(text.charAt(starts[field]));
  }

  /** Whether a field has this character in it. */
  boolean hasLetter(int field, char letter) {
    if (!isEmpty(field)) {
      for (int i = starts[field]; i < end(field); i++) {
        if (text.charAt(i) == letter) {
          return true;
        }
      }
    }
    return false;
  }

  /** A character of a field, 0 if it has not so many. */
  char character(int field, int index) {
    return index < length(field) ? text.charAt(starts[field] + index) : 0;
  }

  /** The number of characters of a field. */
  int length(int field) {
    return isEmpty(field) ? 0 : end(field) - starts[field];
  }

  /** A decimal number times 10 to the power of {@code places}, rounded to the nearest. */
  long decimal(int field, int places) {
    return isEmpty(field) ? MISSING : decimal(starts[field], end(field), places);
  }

  private long decimal(int from, int to, int places) {
    int at = from;
    boolean negative = text.charAt(at) == '-';
    if (negative || text.charAt(at) == '+') {
      at++;
    }
    long number = 0;
    int digits = 0;
    int behind = -1;
    boolean roundUp = false;
    boolean seen = false;
    for (; at < to; at++) {
      char c = text.charAt(at);
      if (c == '.' && behind < 0) {
        behind = 0;
      } else if (c < '0' || c > '9' || digits >= MOST_DIGITS) {
        return unreadable();
      } else {
        if (behind < places) {
          number = number * 10 + (c - '0');
          digits += number == 0 ? 0 : 1;
        } else if (behind == places) {
          roundUp = c >= '5';
        }
        behind = behind < 0 ? -1 : behind + 1;
        seen = true;
      }
    }
    if (!seen) {
      return unreadable();
    }
    for (int i = Math.max(0, behind); i < places; i++) {
      if (number > Long.MAX_VALUE / 10) {
        return unreadable();
      }
      number *= 10;
    }
    number += roundUp ? 1 : 0;
    return negative ? -number : number;
  }

  private long unreadable() {
    unreadable = true;
    return MISSING;
  }

  /** {@code [d]ddmm.mmm…} and the hemisphere in the field behind, in 1e-9 degrees, to the north and east positive. */
  long degrees(int field, char positive, char negative, int most) {
    char hemisphere = letter(field + 1);
    if (isEmpty(field) || hemisphere == 0) {
      return MISSING;
    }
    long number = decimal(field, 9);
    if (number == MISSING) {
      return MISSING;
    }
    long degrees = number / (100 * NANO);
    long minutes = number % (100 * NANO);
    long nano = degrees * NANO + (minutes + 30) / 60;
    if (number < 0
        || minutes >= 60 * NANO
        || nano > most * NANO
        || (hemisphere != positive && hemisphere != negative)) {
      return unreadable();
    }
    return hemisphere == negative ? -nano : nano;
  }

  /** {@code hhmmss[.sss]} as nanoseconds of the day, cut to microseconds; second 60 is that of a leap second, 23:59:60. */
  long timeOfDayNs(int field) {
    if (isEmpty(field)) {
      return MISSING;
    }
    if (character(field, 5) == 0 || (character(field, 6) != '.' && character(field, 6) != 0)) {
      return unreadable();
    }
    long number = decimal(field, 6);
    if (number == MISSING) {
      return MISSING;
    }
    long micros = number % 100_000_000L;
    long minutes = number / 100_000_000L % 100;
    long hours = number / 10_000_000_000L;
    boolean isLeapSecond = hours == 23 && minutes == 59;
    if (number < 0
        || hours > 23
        || minutes > 59
        || micros >= (isLeapSecond ? 61_000_000L : 60_000_000L)) {
      return unreadable();
    }
    return ((hours * 60 + minutes) * 60_000_000L + micros) * 1_000;
  }

  /** The address, packed eight bits a character; equal for equal addresses of up to eight characters. */
  long address() {
    long packed = 0;
    for (int i = 0; !isEmpty(0) && i < end(0); i++) {
      packed = packed << 8 | text.charAt(i);
    }
    return packed;
  }
}
