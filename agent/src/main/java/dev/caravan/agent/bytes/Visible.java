package dev.caravan.agent.bytes;

/**
 * Text from anyone, for a person to read: characters that would steer a terminal, break the line, turn the direction of what
 * follows or not be seen at all are shown as escapes, {@code \x1b}, <code>&#92;u202e</code> and <code>&#92;U000e0041</code>. Has no
 * state; any thread.
 *
 * @see <a href="https://www.unicode.org/reports/tr9/">UAX 9, explicit directional formatting characters</a>
 * @see <a href="https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point">UAX 44, Default_Ignorable_Code_Point</a>
 */
public final class Visible {
  private Visible() {}

  /**
   * Whether a character is shown as it is: no control character (C0, DEL, C1), no line separator, none of format (Cf), which
   * marks of direction are, no surrogate without its other half, none of private use, and none that is ignored where it is
   * displayed.
   */
  public static boolean is(int codePoint) {
    if (codePoint >= ' ' && codePoint < 0x7F) {
      return true;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE -> false;
      default -> !isIgnored(codePoint);
    };
  }

  /** Of Default_Ignorable_Code_Point what is not of format: joiners, fillers, variation selectors, places that are kept for more. */
  private static boolean isIgnored(int codePoint) {
    return codePoint == 0x034F
        || (codePoint >= 0x115F && codePoint <= 0x1160)
        || (codePoint >= 0x17B4 && codePoint <= 0x17B5)
        || (codePoint >= 0x180B && codePoint <= 0x180F)
        || codePoint == 0x2065
        || codePoint == 0x3164
        || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
        || codePoint == 0xFFA0
        || (codePoint >= 0xFFF0 && codePoint <= 0xFFF8)
        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
  }

  /** Adds a character, or what stands for it. */
  public static void append(int codePoint, StringBuilder to) {
    if (is(codePoint)) {
      to.appendCodePoint(codePoint);
      return;
    }
    int digits = codePoint <= 0xFF ? 2 : codePoint <= 0xFFFF ? 4 : 8;
    to.append('\\').append(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
    for (int shift = 4 * digits - 4; shift >= 0; shift -= 4) {
      to.append(Character.forDigit(codePoint >> shift & 0xF, 16));
    }
  }

  /** The whole text. */
  public static String of(String text) {
    if (text.codePoints().allMatch(Visible::is)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(codePoint -> append(codePoint, shown));
    return shown.toString();
  }
}
