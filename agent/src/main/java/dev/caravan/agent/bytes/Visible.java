package dev.caravan.agent.bytes;

/**
 * Text from anyone, for a person to read: characters that would steer a terminal, break the line or turn the direction of what
 * follows are shown as escapes, {@code \x1b} and <code>&#92;u202e</code>. Has no state; any thread.
 *
 * @see <a href="https://www.unicode.org/reports/tr9/">UAX 9, explicit directional formatting characters</a>
 */
public final class Visible {
  private Visible() {}

  /** Whether a character is shown as it is: no control character (C0, DEL, C1), no line separator, no mark of direction. */
  public static boolean is(int character) {
    return !Character.isISOControl(character)
        && character != 0x061C
        && character != 0x200E
        && character != 0x200F
        && (character < 0x2028 || character > 0x202E)
        && (character < 0x2066 || character > 0x2069);
  }

  /** Adds a character, or what stands for it. */
  public static void append(char character, StringBuilder to) {
    if (is(character)) {
      to.append(character);
      return;
    }
    to.append(character <= 0xFF ? "\\x" : "\\u");
    for (int shift = character <= 0xFF ? 4 : 12; shift >= 0; shift -= 4) {
      to.append(Character.forDigit(character >> shift & 0xF, 16));
    }
  }

  /** The whole text. */
  public static String of(String text) {
    if (text.chars().allMatch(Visible::is)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i), shown);
    }
    return shown.toString();
  }
}
