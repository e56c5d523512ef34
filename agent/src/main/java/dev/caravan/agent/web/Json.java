package dev.caravan.agent.web;

/** Writes JSON (RFC 8259) into one text; the caller keeps the order of the calls right. One thread. */
final class Json {
  private final StringBuilder out = new StringBuilder(4096);
  private boolean first = true;

  /** Begins an object or a list with its opening bracket, as an item of what surrounds it. */
  Json begin(char bracket) {
    separate();
    out.append(bracket);
    first = true;
    return this;
  }

  /** Ends what was begun last. */
  Json end(char bracket) {
    out.append(bracket);
    first = false;
    return this;
  }

  /** The name of the member that comes next. */
  Json name(String name) {
    separate();
    quote(name);
    out.append(':');
    first = true;
    return this;
  }

  Json text(String value) {
    separate();
    quote(value);
    return this;
  }

  Json whole(long value) {
    separate();
    out.append(value);
    return this;
  }

  /** A number; the strings of {@link Double#toString} for those that JSON does not have. */
  Json number(double value) {
    if (!Double.isFinite(value)) {
      return text(Double.toString(value));
    }
    separate();
    out.append(value);
    return this;
  }

  /** Epoch nanoseconds as seconds with six decimals, rounded down. */
  Json seconds(long timeNs) {
    separate();
    long micros = Math.floorDiv(timeNs, 1000L);
    long size = Math.abs(micros);
    out.append(micros < 0 ? "-" : "").append(size / 1_000_000).append('.');
    out.append(Long.toString(1_000_000 + size % 1_000_000), 1, 7);
    return this;
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || (Character.isSurrogate(c) && !isPaired(text, i))) {
        out.append("\\u").append(java.util.HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isPaired(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
