package dev.caravan.agent.decode.dbc;

/**
 * How to read a DBC file.
 *
 * @param encoding of its text
 * @param strict whether a message or signal line that cannot be understood is a fault; otherwise it is left out with a
 *     warning
 * @param j1939 which 29-bit messages are J1939
 */
public record DbcOptions(Encoding encoding, boolean strict, J1939 j1939) {
  /** For files nobody vouches for: everything is guessed, and a bad line loses only itself. */
  public static final DbcOptions TOLERANT = new DbcOptions(Encoding.AUTO, false, J1939.AUTO);

  /** For the files of a configuration: everything is guessed, but a bad message or signal line is a fault. */
  public static final DbcOptions STRICT = new DbcOptions(Encoding.AUTO, true, J1939.AUTO);

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
}
