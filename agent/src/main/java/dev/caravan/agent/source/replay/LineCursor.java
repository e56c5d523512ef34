package dev.caravan.agent.source.replay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads along one line of bytes: single characters, words between blanks, numbers. Nothing here throws or allocates,
 * except {@link #rest()}. One thread uses it.
 */
final class LineCursor {
  /** The number that stands for "not a number". */
  static final long NONE = -1;

  /** The time that stands for "not a time". */
  static final long NO_TIME = Long.MIN_VALUE;

  private static final byte[] HEX = new byte[256];

  static {
    Arrays.fill(HEX, (byte) -1);
    for (int digit = 0; digit < 16; digit++) {
      HEX["0123456789abcdef".charAt(digit)] = (byte) digit;
      HEX["0123456789ABCDEF".charAt(digit)] = (byte) digit;
    }
  }

  // one line
  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  // the word read last
  private int wordFrom;
  private int wordTo;

  /** Starts on a line; blanks at its end are left out. */
  void start(byte[] line, int from, int to) {
    bytes = line;
    at = from;
    end = to;
    while (end > at
        && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t' || bytes[end - 1] == '\r')) {
      end--;
    }
  }

  /** The value of a hex digit, or -1. */
  static int hexDigit(int character) {
    return HEX[character & 0xFF];
  }

  byte[] bytes() {
    return bytes;
  }

  int at() {
    return at;
  }

  int end() {
    return end;
  }

  void moveTo(int index) {
    at = index;
  }

  boolean isAtEnd() {
    return at >= end;
  }

  /** The next character, or -1 at the end. */
  int peek() {
    return at < end ? bytes[at] & 0xFF : -1;
  }

  /** The character so many places further on, or -1 past the end. */
  int peek(int ahead) {
    return at + ahead < end ? bytes[at + ahead] & 0xFF : -1;
  }

  /** Steps over this character if it is the next one. */
  boolean skip(char wanted) {
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /** Whether a character stands in what is left of the line. */
  boolean has(char wanted) {
    for (int i = at; i < end; i++) {
      if (bytes[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  void skipBlanks() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  /** Reads up to the next blank; false if the line has ended. */
  boolean word() {
    skipBlanks();
    wordFrom = at;
    while (at < end && bytes[at] != ' ' && bytes[at] != '\t') {
      at++;
    }
    wordTo = at;
    return wordTo > wordFrom;
  }

  /** Reads up to the next separator or the end and steps over it; false if the line has ended. */
  boolean field(char separator) {
    wordFrom = at;
    while (at < end && bytes[at] != separator) {
      at++;
    }
    wordTo = at;
    at = Math.min(at + 1, end);
    return wordTo > wordFrom || wordTo < end;
  }

  int wordFrom() {
    return wordFrom;
  }

  int wordTo() {
    return wordTo;
  }

  int wordLength() {
    return wordTo - wordFrom;
  }

  /** A character of the word, or -1 past its end. */
  int wordAt(int index) {
    return wordFrom + index < wordTo ? bytes[wordFrom + index] & 0xFF : -1;
  }

  /** Whether the word is this one, upper and lower case alike. */
  boolean wordIs(String wanted) {
    return wordLength() == wanted.length() && wordStarts(wanted);
  }

  /** Whether the word begins like this, upper and lower case alike. */
  boolean wordStarts(String wanted) {
    if (wordLength() < wanted.length()) {
      return false;
    }
    for (int i = 0; i < wanted.length(); i++) {
      if (Character.toLowerCase((char) bytes[wordFrom + i])
          != Character.toLowerCase(wanted.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a character stands in the word. */
  boolean wordHas(char wanted) {
    for (int i = wordFrom; i < wordTo; i++) {
      if (bytes[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /** The first of {@code # ) , : ;} in the word, or -1. */
  int wordMark() {
    for (int i = wordFrom; i < wordTo; i++) {
      byte b = bytes[i];
      if (b == '#' || b == ')' || b == ',' || b == ':' || b == ';') {
        return b;
      }
    }
    return -1;
  }

  /** Makes the word shorter at its front. */
  void dropFromWord(int characters) {
    wordFrom = Math.min(wordFrom + characters, wordTo);
  }

  /** Makes the word shorter at its end. */
  void cutFromWord(int characters) {
    wordTo = Math.max(wordTo - characters, wordFrom);
  }

  /** The word as a number of at most 32 bits in base 10 or 16, or {@link #NONE}. */
  long wordNumber(int radix) {
    return number(wordFrom, wordTo, radix);
  }

  private long number(int first, int behind, int radix) {
    if (behind == first || behind - first > 10) {
      return NONE;
    }
    long value = 0;
    for (int i = first; i < behind; i++) {
      int digit = hexDigit(bytes[i]);
      if (digit < 0 || digit >= radix) {
        return NONE;
      }
      value = value * radix + digit;
    }
    return value <= 0xFFFF_FFFFL ? value : NONE;
  }

  /**
   * Reads {@code 12} or {@code 12.345} at the cursor as so many units.
   *
   * @param unitNs how many nanoseconds one unit has, a power of ten
   * @return nanoseconds, digits below them cut off; or {@link #NONE} if there is no number or it is beyond the year 2262
   */
  long decimalNs(long unitNs) {
    int start = at;
    long units = 0;
    long most = Long.MAX_VALUE / unitNs - 1;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      units = units * 10 + (bytes[at] - '0');
      if (units > most) {
        return NONE;
      }
      at++;
    }
    if (at == start) {
      return NONE;
    }
    long ns = units * unitNs;
    if (skip('.')) {
      for (long digitNs = unitNs / 10; at < end; digitNs /= 10, at++) {
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        ns += digit * digitNs;
      }
    }
    return ns;
  }

  /** Reads a time as {@link #decimalNs} does, with a sign or without one; {@link #NO_TIME} if there is none. */
  long signedNs(long unitNs) {
    boolean isNegative = peek() == '-';
    if (isNegative || peek() == '+') {
      at++;
    }
    long ns = decimalNs(unitNs);
    return ns < 0 ? NO_TIME : isNegative ? -ns : ns;
  }

  /** The word as a time, all of it; {@link #NO_TIME} if it is none. */
  long wordNs(long unitNs) {
    int behind = at;
    at = wordFrom;
    long ns = signedNs(unitNs);
    boolean isWhole = at == wordTo;
    at = behind;
    return isWhole ? ns : NO_TIME;
  }

  /** Reads a run of decimal digits at the cursor, or gives {@link #NONE}. */
  long whole() {
    int start = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return number(start, at, 10);
  }

  /** What is left of the line as text, for headers. */
  String rest() {
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** What is left of the line as text of a single-byte encoding, for headers that are not UTF-8. */
  String restLatin() {
    return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
  }
}
