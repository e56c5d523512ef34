package dev.caravan.agent.source;

import java.util.regex.Pattern;

/**
 * An identifier of a CAN frame. 0x123 of 11 bits and 0x123 of 29 bits are two identifiers.
 *
 * @param id 0..0x7FF, or 0..0x1FFFFFFF if it is extended
 * @param extended whether it has 29 bits and not 11
 */
public record CanId(int id, boolean extended) {
  /** What a text of one looks like: 3 hex digits, 11 bits, or 8, 29 bits. */
  public static final String FORM = "(0[xX])?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})";

  private static final Pattern TEXT = Pattern.compile(FORM);
  private static final int MOST = 0x7FF;
  private static final int MOST_EXTENDED = 0x1FFF_FFFF;

  /** Checks the range. */
  public CanId {
    if (id < 0 || id > (extended ? MOST_EXTENDED : MOST)) {
      throw new IllegalArgumentException(
          "want at most 7FF or 1FFFFFFF, got 0x" + Integer.toHexString(id));
    }
  }

  /** The identifier of a frame. */
  public static CanId of(CanFrame frame) {
    return new CanId(frame.id(), frame.is(CanFrame.EXTENDED));
  }

  /**
   * Reads hex digits, with or without {@code 0x}: three are an identifier of 11 bits, eight one of 29.
   *
   * @throws IllegalArgumentException if it is none; the message says what was wanted and found
   */
  public static CanId parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "want an id of 3 (11 bits) or 8 hex digits (29 bits), got '" + text + "'");
    }
    String digits = text.length() == 5 || text.length() == 10 ? text.substring(2) : text;
    long id = Long.parseLong(digits, 16);
    boolean extended = digits.length() == 8;
    if (id > (extended ? MOST_EXTENDED : MOST)) {
      throw new IllegalArgumentException("want at most 7FF or 1FFFFFFF, got '" + text + "'");
    }
    return new CanId((int) id, extended);
  }
}
