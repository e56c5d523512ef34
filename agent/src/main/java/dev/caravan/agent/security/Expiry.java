package dev.caravan.agent.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a password ends that says so itself: a shared access signature of Azure ({@code SharedAccessSignature sr=…&sig=…&se=SECONDS}), or a
 * JSON Web Token with the claim {@code exp}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7519">RFC 7519, 4.1.4</a>
 */
public final class Expiry {
  private static final String SIGNATURE = "SharedAccessSignature ";
  private static final Pattern SIGNATURE_END = Pattern.compile("(?:^|&)se=(\\d{1,12})(?:&|$)");
  private static final Pattern TOKEN =
      Pattern.compile("[A-Za-z0-9_-]++\\.([A-Za-z0-9_-]++)\\.[A-Za-z0-9_-]*+");
  // 9999-12-31T23:59:59Z
  private static final double LATEST = 253_402_300_799.0;

  private Expiry() {}

  /** In seconds since 1970-01-01T00:00:00 UTC; nothing where the password does not say it. */
  public static OptionalLong seconds(byte[] password) {
    String text = new String(password, StandardCharsets.ISO_8859_1);
    if (text.startsWith(SIGNATURE)) {
      Matcher end = SIGNATURE_END.matcher(text.substring(SIGNATURE.length()));
      return end.find() ? number(end.group(1)) : OptionalLong.empty();
    }
    Matcher token = TOKEN.matcher(text);
    if (!token.matches()) {
      return OptionalLong.empty();
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(token.group(1));
      return claim(new String(claims, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      // no token after all
      return OptionalLong.empty();
    }
  }

  /** The number of {@code exp} in an object of JSON, and not in what lies within it. */
  private static OptionalLong claim(String json) {
    int depth = 0;
    boolean isName = false;
    for (int at = 0; at < json.length(); at++) {
      char next = json.charAt(at);
      if (next == '{' || next == '[') {
        depth++;
        isName = next == '{';
      } else if (next == '}' || next == ']') {
        depth--;
      } else if (next == ',') {
        isName = true;
      } else if (next == ':') {
        isName = false;
      } else if (next == '"') {
        int end = end(json, at);
        if (depth == 1 && isName && json.substring(at, end).equals("\"exp\"")) {
          return value(json, end);
        }
        at = end - 1;
      }
    }
    return OptionalLong.empty();
  }

  /** Behind the text that begins there. */
  private static int end(String json, int from) {
    for (int at = from + 1; at < json.length(); at++) {
      if (json.charAt(at) == '\\') {
        at++;
      } else if (json.charAt(at) == '"') {
        return at + 1;
      }
    }
    return json.length();
  }

  private static OptionalLong value(String json, int from) {
    int end = from;
    while (end < json.length() && json.charAt(end) != ',' && json.charAt(end) != '}') {
      end++;
    }
    String text = json.substring(from, end).strip();
    return text.startsWith(":") ? number(text.substring(1).strip()) : OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    if (!text.matches("\\d{1,15}(\\.\\d{1,9})?([eE]\\+?\\d{1,2})?")) {
      return OptionalLong.empty();
    }
    double seconds = Double.parseDouble(text);
    return seconds <= LATEST ? OptionalLong.of((long) seconds) : OptionalLong.empty();
  }
}
