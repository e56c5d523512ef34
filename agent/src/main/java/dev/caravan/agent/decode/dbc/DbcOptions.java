package dev.caravan.agent.decode.dbc;

/**
 * How to read a DBC file.
 *
 * @param encoding of its text
 * @param strict whether a message or signal line that cannot be understood is a fault; otherwise it is left out with a
 *     warning
 * @param j1939 which 29-bit messages are J1939
 * @param nmea2000 whether they are of an NMEA 2000 bus, unless {@code j1939} says that none is
 * @param idMask the bits by which a 29-bit message is known besides its exact identifier; {@link #NO_MASK} for none
 */
public record DbcOptions(
    Encoding encoding, boolean strict, J1939 j1939, Nmea2000 nmea2000, int idMask) {
  /** All bits of an identifier: it alone will do. */
  public static final int NO_MASK = 0x1FFFFFFF;

  /** For files nobody vouches for: everything is guessed, and a bad line loses only itself. */
  public static final DbcOptions TOLERANT = new DbcOptions(Encoding.AUTO, false, J1939.AUTO);

  /** For the files of a configuration: everything is guessed, but a bad message or signal line is a fault. */
  public static final DbcOptions STRICT = new DbcOptions(Encoding.AUTO, true, J1939.AUTO);

  /** Like the other, for a bus of its own file's kind and exact identifiers. */
  public DbcOptions(Encoding encoding, boolean strict, J1939 j1939) {
    this(encoding, strict, j1939, Nmea2000.AUTO, NO_MASK);
  }

  /** The same for a bus that is NMEA 2000 or not. */
  DbcOptions on(Nmea2000 bus) {
    return new DbcOptions(encoding, strict, j1939, bus, idMask);
  }

  /**
   * Reads a mask of identifiers, hex digits with or without 0x before them.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wanted
   */
  public static int mask(String hex) {
    if (hex.matches("(0x)?[0-9A-Fa-f]{1,8}")) {
      long mask = Long.parseLong(hex.replace("0x", ""), 16);
      if (mask >= 1 && mask <= NO_MASK) {
        return (int) mask;
      }
    }
    throw new IllegalArgumentException(
        "want hex digits in quotes, 1..1FFFFFFF, as \"03FFE000\", got '" + hex + "'");
  }

  /** The encoding of a file's text. */
  public enum Encoding {
    /** UTF-8 if all of it is, else GB18030 if it looks like Chinese, else Windows-1252. */
    AUTO,
    /** UTF-8, with or without byte order mark. */
    UTF_8,
    /** Chinese, which GB 2312 and GBK are parts of. */
    GB18030,
    /** Windows-1252, what most tools write. */
    CP1252
  }

  /** Which 29-bit messages are matched by parameter group, whatever their sender and priority. */
  public enum J1939 {
    /** Those that the file's {@code VFrameFormat} and {@code ProtocolType} attributes call so. */
    AUTO,
    /** None. */
    OFF,
    /** All. */
    ON
  }

  /** Whether a bus is NMEA 2000. */
  public enum Nmea2000 {
    /** If the file's {@code ProtocolType} says so. */
    AUTO,
    /** No. */
    OFF,
    /** Yes. */
    ON
  }
}
