package dev.caravan.agent.decode.dbc;

import java.util.Locale;

/**
 * A piece of a DBC file.
 *
 * @param kind what it is
 * @param text a word, the inside of a quoted text, or a punctuation mark
 * @param at index of its first character in the source
 * @param line from 1
 * @param column from 1
 * @param first whether nothing but blanks stands before it in its line
 */
record Token(Kind kind, String text, int at, int line, int column, boolean first) {
  private static final int LONGEST_KEYWORD = 20;

  enum Kind {
    WORD,
    TEXT,
    MARK,
    END
  }

  /** The keyword that this is in another case; itself if it is none. */
  Token inUpperCase() {
    if (!isWord() || !text.endsWith("_") || text.length() > LONGEST_KEYWORD) {
      return this;
    }
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.equals(text) || !DbcLexer.KEYWORDS.contains(upper)
        ? this
        : new Token(kind, upper, at, line, column, first);
  }

  /** Whether a statement begins here, whatever the one before lacks. */
  boolean beginsStatement() {
    return first && isWord() && DbcLexer.KEYWORDS.contains(text);
  }

  boolean isWord() {
    return kind == Kind.WORD;
  }

  /** Whether this is a word that begins so, in whatever case. */
  boolean isWordLike(String begin) {
    return isWord() && text.regionMatches(true, 0, begin, 0, begin.length());
  }

  boolean isWord(String wanted) {
    return kind == Kind.WORD && text.equals(wanted);
  }

  boolean isText() {
    return kind == Kind.TEXT;
  }

  boolean isMark(String wanted) {
    return kind == Kind.MARK && text.equals(wanted);
  }

  boolean isEnd() {
    return kind == Kind.END;
  }

  /** As a message shows it. */
  String shown() {
    String shortened = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return kind == Kind.END ? "the end of the line" : "'" + shortened + "'";
  }
}
