package dev.caravan.agent.encode.json;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The units of a batch that was divided: each part has those of its own signals, since those of all may be more than what the far
 * side takes. One thread.
 */
final class PartUnits {
  private final Set<String> named = new HashSet<>();

  /** Takes note of all texts in some JSON; those that are no signals have no unit. */
  void name(byte[] json, int from, int to) {
    int at = from;
    while (at < to) {
      if (json[at] == '"') {
        int end = textEnd(json, at, to);
        named.add(text(json, at, end));
        at = end;
      } else {
        at++;
      }
    }
  }

  /** Puts of an object of texts those whose names were noted. */
  void put(byte[] json, int from, int to, JsonBuffer out) {
    out.put('{');
    boolean isFirst = true;
    int at = from;
    while (at < to) {
      if (json[at] == '"') {
        int end = textEnd(json, at, to);
        // behind it a colon, then the unit
        int unitEnd = textEnd(json, end + 1, to);
        if (named.contains(text(json, at, end))) {
          out.ascii(isFirst ? "" : ",").bytes(json, at, unitEnd - at);
          isFirst = false;
        }
        at = unitEnd;
      } else {
        at++;
      }
    }
    out.put('}');
  }

  private static String text(byte[] json, int from, int to) {
    return new String(json, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Behind the closing quote of a text. */
  private static int textEnd(byte[] json, int quote, int to) {
    int at = quote + 1;
    while (at < to && json[at] != '"') {
      at += json[at] == '\\' ? 2 : 1;
    }
    return Math.min(to, at + 1);
  }
}
