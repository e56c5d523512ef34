package dev.caravan.agent.decode.dbc;

/**
 * What a text that is not UTF-8 looks like. Told apart are only those that cannot be taken for each other:
 *
 * <ul>
 *   <li>Japanese, Shift-JIS: kana of two bytes (82 9F..F1, 83 40..96) in runs of three and more, which are at least a
 *       fifth of all characters that are not ASCII. In Western texts 82 and 83 hardly occur.
 *   <li>Russian and its kin, Windows-1251: nearly all bytes over 7F are letters (C0..FF) in runs of three and more,
 *       mostly small ones (E0..FF), and many of them the two most frequent ones, &#x430; and &#x43E; (E0 and EE).
 *   <li>Chinese, GB18030: nearly all come in pairs that are symbols or frequent ideographs of GB 2312 (rows 1..9 and
 *       16..55, both bytes over A0).
 * </ul>
 *
 * In Western texts they stand alone or in twos, before a letter, a quote or a blank.
 *
 * @param encoding the one; {@link DbcOptions.Encoding#CP1252} for none of the three
 * @param language in words
 */
record EncodingGuess(DbcOptions.Encoding encoding, String language) {
  /** Bytes over 7F in a row that Western texts do not have. */
  private static final int SHORTEST_WORD = 3;

  static EncodingGuess of(byte[] bytes) {
    if (looksJapanese(bytes)) {
      return new EncodingGuess(DbcOptions.Encoding.SHIFT_JIS, "Japanese");
    }
    if (looksRussian(bytes)) {
      return new EncodingGuess(DbcOptions.Encoding.CP1251, "Russian");
    }
    if (looksChinese(bytes)) {
      return new EncodingGuess(DbcOptions.Encoding.GB18030, "Chinese");
    }
    return new EncodingGuess(DbcOptions.Encoding.CP1252, "Western");
  }

  private static boolean looksJapanese(byte[] bytes) {
    int inWords = 0;
    int others = 0;
    int run = 0;
    for (int i = 0; i < bytes.length; i++) {
      int lead = bytes[i] & 0xFF;
      int trail = i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0;
      boolean isKana = (lead == 0x82 && trail >= 0x9F && trail <= 0xF1)
          || (lead == 0x83 && trail >= 0x40 && trail <= 0x96);
      run = isKana ? run + 1 : 0;
      inWords += run == SHORTEST_WORD ? SHORTEST_WORD : run > SHORTEST_WORD ? 1 : 0;
      others += lead >= 0x80 && !isKana ? 1 : 0;
      i += isKana || isPairOfShiftJis(lead, trail) ? 1 : 0;
    }
    return 4L * inWords > others;
  }

  private static boolean isPairOfShiftJis(int lead, int trail) {
    return lead >= 0x80 && (lead <= 0x9F || lead >= 0xE0) && trail >= 0x40;
  }

  private static boolean looksRussian(byte[] bytes) {
    int high = 0;
    int inWords = 0;
    int small = 0;
    int frequent = 0;
    int run = 0;
    for (int i = 0; i <= bytes.length; i++) {
      int here = i < bytes.length ? bytes[i] & 0xFF : 0;
      high += here >= 0x80 ? 1 : 0;
      small += here >= 0xE0 ? 1 : 0;
      frequent += here == 0xE0 || here == 0xEE ? 1 : 0;
      if (here >= 0xC0) {
        run++;
      } else {
        inWords += run >= SHORTEST_WORD ? run : 0;
        run = 0;
      }
    }
    return high >= 6
        && 10L * inWords > 8L * high
        && 10L * small > 6L * high
        && 10L * frequent > high;
  }

  private static boolean looksChinese(byte[] bytes) {
    int frequent = 0;
    int others = 0;
    for (int i = 0; i < bytes.length; i++) {
      int lead = bytes[i] & 0xFF;
      if (lead < 0x80) {
        continue;
      }
      int trail = i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0;
      boolean common = (lead >= 0xA1 && lead <= 0xA9) || (lead >= 0xB0 && lead <= 0xD7);
      if (common && trail >= 0xA1 && trail <= 0xFE) {
        frequent++;
        i++;
      } else {
        others++;
        i += trail >= 0x40 ? 1 : 0;
      }
    }
    return frequent > 4L * others;
  }

  /** Whether no three bytes over 7F stand in a row, and none is there that Windows-1252 does not have. */
  static boolean looksWestern(byte[] bytes, int from, int to) {
    int run = 0;
    for (int i = from; i < to; i++) {
      run = bytes[i] < 0 ? run + 1 : 0;
      boolean isUndefined = switch (bytes[i] & 0xFF) {
        case 0x81, 0x8D, 0x8F, 0x90, 0x9D -> true;
        default -> false;
      };
      if (isUndefined || run >= SHORTEST_WORD) {
        return false;
      }
    }
    return true;
  }
}
