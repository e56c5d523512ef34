package dev.caravan.agent.source.elm327;

/**
 * The hex digits of a line, spaces left out.
 *
 * @param text digits only; empty if there was anything else, or more than any line has
 */
record HexLine(String text) {
  private static final int MOST_DIGITS = 64;

  static HexLine of(String line) {
    StringBuilder digits = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char one = line.charAt(i);
      if (one != ' ') {
        if (digitOf(one) < 0 || digits.length() == MOST_DIGITS) {
          return new HexLine("");
        }
        digits.append(one);
      }
    }
    return new HexLine(digits.toString());
  }

  /** Not {@link Character#digit}, which knows digits of other scripts. */
  static int digitOf(char one) {
    if (one >= '0' && one <= '9') {
      return one - '0';
    }
    char upper = (char) (one & ~0x20);
    return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
  }

  int digits() {
    return text.length();
  }

  int digit(int at) {
    return digitOf(text.charAt(at));
  }

  /** The number that so many digits make, at most eight. */
  int number(int from, int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 4 | digit(from + i);
    }
    return number;
  }

  byte[] bytes(int from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) number(from + 2 * i, 2);
    }
    return bytes;
  }
}
