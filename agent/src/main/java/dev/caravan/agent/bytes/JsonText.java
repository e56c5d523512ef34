package dev.caravan.agent.bytes;

import java.nio.charset.StandardCharsets;

/** Texts as JSON has them. Has no state; any thread. */
public final class JsonText {
  private JsonText() {}

  /** Whether a text stands between quotes as it is, and is ASCII. */
  public static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one < ' ' || one > '~' || one == '"' || one == '\\') {
        return false;
      }
    }
    return true;
  }

  /**
   * A text in quotes, as UTF-8 (RFC 8259, 7): what {@link Visible} does not show as it is stands there as an escape, and half a
   * surrogate pair is a question mark.
   */
  public static byte[] quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (character == '"' || character == '\\') {
        out.append('\\').append((char) character);
      } else if (Visible.is(character) || Character.getType(character) == Character.SURROGATE) {
        out.appendCodePoint(character);
      } else {
        for (char half : Character.toChars(character)) {
          out.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.toUpperCase(Character.forDigit(half >> shift & 0xF, 16)));
          }
        }
      }
    }
    return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }
}
