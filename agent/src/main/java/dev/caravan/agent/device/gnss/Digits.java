package dev.caravan.agent.device.gnss;

/** Numbers as the sentences write them. */
final class Digits {
  private Digits() {}

  /** A number with at least so many digits before the point and exactly so many behind it. */
  static StringBuilder fixed(StringBuilder text, double number, int before, int behind) {
    long scale = 1;
    for (int i = 0; i < behind; i++) {
      scale *= 10;
    }
    long scaled = Math.round(Math.abs(number) * scale);
    if (number < 0 && scaled != 0) {
      text.append('-');
    }
    pad(text, scaled / scale, before);
    if (behind > 0) {
      pad(text.append('.'), scaled % scale, behind);
    }
    return text;
  }

  private static void pad(StringBuilder text, long number, int digits) {
    String plain = Long.toString(number);
    for (int i = plain.length(); i < digits; i++) {
      text.append('0');
    }
    text.append(plain);
  }

  /** {@code ddmm.mmmmm,N}: degrees and minutes and the hemisphere, with three digits of degrees for a longitude. */
  static StringBuilder degrees(StringBuilder text, double degrees, boolean isLatitude) {
    // in 1e-5 minutes, so that 59.999999 does not become 60
    long minutes = Math.round(Math.abs(degrees) * 6_000_000);
    pad(text, minutes / 6_000_000, isLatitude ? 2 : 3);
    fixed(text, minutes % 6_000_000 / 100_000.0, 2, 5);
    char positive = isLatitude ? 'N' : 'E';
    char negative = isLatitude ? 'S' : 'W';
    return text.append(',').append(degrees < 0 ? negative : positive);
  }
}
