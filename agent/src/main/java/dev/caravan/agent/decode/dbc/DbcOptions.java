package dev.caravan.agent.decode.dbc;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  /** The encoding of a file's text, each with the names that Java may know it by, the widest first. */
  public enum Encoding {
    /** UTF-8 if all of it is, else what it looks like, else Windows-1252; see {@link EncodingGuess}. */
    AUTO("auto", "UTF-8"),
    /** UTF-8, with or without byte order mark. */
    UTF_8("utf-8", "UTF-8"),
    /** Chinese, which GB 2312 and GBK are parts of. */
    GB18030("gb18030", "GB18030"),
    /** Chinese in traditional characters. */
    BIG5("big5", "Big5"),
    /** Japanese as Windows has it, code page 932. */
    SHIFT_JIS("shift-jis", "windows-31j", "Shift_JIS"),
    /** Korean, with the additions of code page 949. */
    EUC_KR("euc-kr", "x-windows-949", "EUC-KR"),
    /** Windows-1250, Central European. */
    CP1250("cp1250", "windows-1250"),
    /** Windows-1251, Cyrillic. */
    CP1251("cp1251", "windows-1251"),
    /** Windows-1252, what most tools write. */
    CP1252("cp1252", "windows-1252");

    private final String word;
    private final String name;
    private final String nextBest;

    Encoding(String word, String name, String nextBest) {
      this.word = word;
      this.name = name;
      this.nextBest = nextBest;
    }

    Encoding(String word, String name) {
      this(word, name, name);
    }

    /** The words of all, as a configuration has them. */
    public static List<String> words() {
      return Arrays.stream(values()).map(encoding -> encoding.word).toList();
    }

    /** The one of a word. */
    public static Optional<Encoding> of(String word) {
      return Arrays.stream(values())
          .filter(encoding -> encoding.word.equals(word))
          .findFirst();
    }

    List<String> names() {
      return List.of(name, nextBest);
    }

    @Override
    public String toString() {
      return word;
    }
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
