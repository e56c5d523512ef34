package dev.caravan.agent.bytes;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

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
   * What stands between the quotes of a text of JSON (RFC 8259, 7), without its escapes.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String unquoted(String quoted) {
    int last = quoted.length() - 1;
    if (last < 1 || quoted.charAt(0) != '"' || quoted.charAt(last) != '"') {
      throw new IllegalArgumentException("want a text in quotes");
    }
    if (quoted.indexOf('\\') < 0) {
      return quoted.substring(1, last);
    }
    StringBuilder out = new StringBuilder(last);
    int at = 1;
    while (at < last) {
      char one = quoted.charAt(at++);
      if (one != '\\') {
        out.append(one);
        continue;
      }
      char escaped = quoted.charAt(at++);
      int plain = "bfnrt\"\\/".indexOf(escaped);
      if (plain >= 0 && at <= last) {
        out.append("\b\f\n\r\t\"\\/".charAt(plain));
      } else if (escaped == 'u' && at + 4 <= last) {
        out.append((char) HexFormat.fromHexDigits(quoted, at, at + 4));
        at += 4;
      } else {
        throw new IllegalArgumentException("want an escape behind \\");
      }
    }
    return out.toString();
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
