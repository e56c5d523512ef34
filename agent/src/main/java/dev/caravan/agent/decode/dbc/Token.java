package dev.caravan.agent.decode.dbc;

/**
 * A piece of a DBC file.
 *
 * @param kind what it is
 * @param text a word, the inside of a quoted text, or a punctuation mark
 * @param line from 1
 * @param column from 1
 * @param first whether nothing but blanks stands before it in its line
 */
record Token(Kind kind, String text, int line, int column, boolean first) {
  enum Kind {
    WORD,
    TEXT,
    MARK,
    END
  }

  boolean isWord() {
    return kind == Kind.WORD;
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
