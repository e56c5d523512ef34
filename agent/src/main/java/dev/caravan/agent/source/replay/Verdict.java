package dev.caravan.agent.source.replay;

/** What one line of a log turned out to be. */
public enum Verdict {
  /** A frame of the bus, or an adapter's word of an error. */
  FRAME(false, "a frame"),
  /** A comment, a header, a blank line, or an event that is no frame. */
  NOTHING(false, "no frame"),
  /** The log has ended: there was no further line. */
  END(false, "the end"),

  /** More bytes than any line of a log has. */
  TOO_LONG(true, "longer than " + LineSplitter.LONGEST_BYTES + " bytes"),
  /** No form of line that is known here. */
  UNKNOWN_FORM(true, "of no known form"),
  /** A form of line that is known, and not the one that the log has. */
  OTHER_FORM(true, "in another form than the lines around it"),
  /** The time stamp, or the date in a header. */
  BAD_TIME(true, "time stamp or date not understood"),
  /** An identifier that is no hex number, or does not fit 11 or 29 bits. */
  BAD_ID(true, "identifier not 11 or 29 bits"),
  /** A length that no frame has, or that the payload does not have. */
  BAD_LENGTH(true, "length impossible or not that of the payload"),
  /** A payload that is not made of bytes. */
  BAD_PAYLOAD(true, "payload not pairs of hex digits"),
  /** CAN XL, which nothing here decodes. */
  CAN_XL(true, "CAN XL, which is not supported"),
  /** The rest of a compressed log: its end is missing, or its checksum is wrong. */
  CUT_OFF(true, "compressed data cut off or damaged");

  private final boolean isMalformed;
  private final String words;

  Verdict(boolean isMalformed, String words) {
    this.isMalformed = isMalformed;
    this.words = words;
  }

  /** Whether the line should have been a frame and could not be read. */
  public boolean isMalformed() {
    return isMalformed;
  }

  /** What is wrong with the line, in words that follow "line is …". */
  public String words() {
    return words;
  }
}
