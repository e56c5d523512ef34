package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.dbc.Token.Kind;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Set;

/**
 * Cuts the text of a DBC file into tokens, one at a time.
 *
 * <p>A word ends only at a blank, a quote or one of {@code : ; | @ ( ) [ ] ,}, so that numbers in any form and names
 * that start with a digit come through whole. Lines end with LF, CR LF or CR. {@code //} hides the rest of a line.
 */
final class DbcLexer {
  /** Words that begin a statement where they are the first of a line. */
  static final Set<String> KEYWORDS = Set.of(
      "VERSION",
      "NS_",
      "NS_DESC_",
      "BS_",
      "BU_",
      "BO_",
      "SG_",
      "VAL_",
      "VAL_TABLE_",
      "CM_",
      "BA_",
      "BA_DEF_",
      "BA_DEF_DEF_",
      "BA_REL_",
      "BA_DEF_REL_",
      "BA_DEF_DEF_REL_",
      "BA_SGTYPE_",
      "BA_DEF_SGTYPE_",
      "BU_EV_REL_",
      "BU_BO_REL_",
      "BU_SG_REL_",
      "BO_TX_BU_",
      "SG_MUL_VAL_",
      "SIG_VALTYPE_",
      "SIGTYPE_VALTYPE_",
      "SIG_GROUP_",
      "SIG_TYPE_REF_",
      "SGTYPE_",
      "SGTYPE_VAL_",
      "CAT_DEF_",
      "CAT_",
      "FILTER",
      "EV_",
      "EV_DATA_",
      "ENVVAR_DATA_");

  private static final int RECENT = 1 << 12;
  private static final int LONGEST_RECENT = 40;
  private static final String MARKS = ":;|@()[],";

  /** For each character of ASCII whether it may stand in a word. */
  private static final boolean[] WORD_PARTS = new boolean[128];

  /** For each character of ASCII itself, if it is a mark. */
  private static final String[] MARK_TEXTS = new String[128];

  static {
    for (char c = 0; c < WORD_PARTS.length; c++) {
      boolean isMark = MARKS.indexOf(c) >= 0;
      MARK_TEXTS[c] = isMark ? String.valueOf(c) : "";
      WORD_PARTS[c] = !isMark && !isBlank(c) && c != '"';
    }
  }

  /** Takes warnings of the text itself. */
  interface Warnings {
    void warn(int line, int column, String what);
  }

  private final String source;
  private final Warnings warnings;
  private final TextEnd textEnd;

  /** Words and texts that were read, each where its hash says: most come again, and are kept once. */
  private final String[] recent;

  private final ArrayDeque<Token> ahead = new ArrayDeque<>();

  // where reading has come to
  private int at;
  private int line = 1;
  private int lineStart;
  private boolean first = true;
  private boolean passes;
  private boolean begins = true;
  private String keyword = "";
  private boolean isFirstText = true;

  DbcLexer(String source, Warnings warnings) {
    this.source = source;
    this.warnings = warnings;
    this.textEnd = new TextEnd(source);
    this.recent = new String[RECENT];
  }

  /** One that reads again what another has read, from a token on, and warns of nothing. */
  DbcLexer(DbcLexer of, Token begin) {
    this.source = of.source;
    this.warnings = (line, column, what) -> {};
    this.textEnd = of.textEnd;
    this.recent = of.recent;
    this.at = begin.at();
    this.line = begin.line();
    this.lineStart = begin.at() - begin.column() + 1;
    this.first = begin.first();
  }

  /** From now on leaves out what words and texts say, of all but the first of a line; or not any more. */
  void pass(boolean on) {
    passes = on;
  }

  /** Takes the next token; {@link Kind#END} for ever after the last. */
  Token next() {
    return ahead.isEmpty() ? read() : ahead.removeFirst();
  }

  /** The next token, not taken. */
  Token peek() {
    if (ahead.isEmpty()) {
      ahead.addLast(read());
    }
    return ahead.getFirst();
  }

  /** The token after the next, not taken. */
  Token peekSecond() {
    Token next = peek();
    if (ahead.size() == 1) {
      ahead.addLast(read());
    }
    return next.isEnd() ? next : ahead.getLast();
  }

  private Token read() {
    skipBlanks();
    boolean isFirst = first;
    boolean isBegin = isFirst || begins;
    first = false;
    begins = false;
    int column = at - lineStart + 1;
    int start = at;
    if (at >= source.length()) {
      return new Token(Kind.END, "", start, line, column, true);
    }
    char here = source.charAt(at);
    if (here == '"') {
      return text(line, column, isFirst);
    }
    String mark = here < MARK_TEXTS.length ? MARK_TEXTS[here] : "";
    if (!mark.isEmpty()) {
      at++;
      if (here == ';') {
        begins = true;
        keyword = "";
      }
      return new Token(Kind.MARK, mark, start, line, column, isFirst);
    }
    while (at < source.length() && isWordPart(source.charAt(at))) {
      at++;
    }
    String word = passes && !isBegin ? "" : kept(source.substring(start, at));
    if (isBegin) {
      begin(word.toUpperCase(Locale.ROOT));
    }
    return new Token(Kind.WORD, word, start, line, column, isFirst);
  }

  private String kept(String text) {
    if (text.length() > LONGEST_RECENT) {
      return text;
    }
    int hash = text.hashCode();
    int place = (hash ^ hash >>> 12) & RECENT - 1;
    if (!text.equals(recent[place])) {
      recent[place] = text;
    }
    return recent[place];
  }

  private void begin(String word) {
    if (KEYWORDS.contains(word)) {
      keyword = word;
      isFirstText = true;
    }
  }

  static boolean isBlank(char c) {
    return c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF;
  }

  static boolean isWordPart(char c) {
    return c < WORD_PARTS.length ? WORD_PARTS[c] : !isBlank(c);
  }

  private void skipBlanks() {
    while (at < source.length()) {
      char here = source.charAt(at);
      if (here == '/' && source.startsWith("//", at)) {
        while (at < source.length() && !isLineEnd(source.charAt(at))) {
          at++;
        }
      } else if (isBlank(here)) {
        step(here);
      } else {
        return;
      }
    }
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  /** Goes past one character, counting lines. */
  private void step(char here) {
    at++;
    boolean firstOfTwo = here == '\r' && at < source.length() && source.charAt(at) == '\n';
    if (isLineEnd(here) && !firstOfTwo) {
      line++;
      lineStart = at;
      first = true;
    }
  }

  // quoted texts

  private Token text(int startLine, int startColumn, boolean isFirst) {
    int start = at + 1;
    int end = textEnd.of(start, keyword, isFirstText);
    isFirstText = false;
    boolean closed = end < source.length() && source.charAt(end) == '"';
    if (textEnd.hasQuotesInside()) {
      warnings.warn(startLine, startColumn, "quotes inside a text: taken as part of it");
    }
    if (!closed) {
      end = beforeSemicolon(start, end);
      warnings.warn(startLine, startColumn, "a text without closing quote: taken as ended here");
    }
    String inside = passes
        ? ""
        : source
            .substring(start, end)
            .replace("\\\"", "\"")
            .replace("\r\n", "\n")
            .replace('\r', '\n');
    int stop = closed ? end + 1 : end;
    while (at < stop) {
      step(source.charAt(at));
    }
    first = false;
    return new Token(Kind.TEXT, kept(inside), start - 1, startLine, startColumn, isFirst);
  }

  /** Of a text that never closed: its end, without the semicolon there, which ends the statement and not the text. */
  private int beforeSemicolon(int start, int end) {
    int last = beforeBlanks(start, end);
    return last > start && source.charAt(last - 1) == ';' ? beforeBlanks(start, last - 1) : last;
  }

  private int beforeBlanks(int start, int end) {
    int last = end;
    while (last > start && isBlank(source.charAt(last - 1))) {
      last--;
    }
    return last;
  }
}
