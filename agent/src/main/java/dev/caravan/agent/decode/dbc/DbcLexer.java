package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.dbc.Token.Kind;
import java.util.ArrayDeque;
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

  /** Words and texts that were read, each where its hash says: most come again, and are kept once. */
  private final String[] recent;

  private final ArrayDeque<Token> ahead = new ArrayDeque<>();

  // where reading has come to
  private int at;
  private int line = 1;
  private int lineStart;
  private boolean first = true;
  private boolean passes;
  private boolean inComment;

  DbcLexer(String source, Warnings warnings) {
    this.source = source;
    this.warnings = warnings;
    this.recent = new String[RECENT];
  }

  /** One that reads again what another has read, from a token on, and warns of nothing. */
  DbcLexer(DbcLexer of, Token begin) {
    this.source = of.source;
    this.warnings = (line, column, what) -> {};
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
    first = false;
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
      inComment &= here != ';';
      return new Token(Kind.MARK, mark, start, line, column, isFirst);
    }
    while (at < source.length() && isWordPart(source.charAt(at))) {
      at++;
    }
    String word = passes && !isFirst ? "" : kept(source.substring(start, at));
    if (KEYWORDS.contains(word) && (isFirst || !inComment)) {
      inComment = word.equals("CM_");
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

  private static boolean isBlank(char c) {
    return c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF;
  }

  private static boolean isWordPart(char c) {
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
    int end = inComment ? commentEnd(start) : plainEnd(start);
    boolean closed = end < source.length() && source.charAt(end) == '"';
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

  /** Of a text that never closed: its end, or the semicolon there, which ends the statement and not the text. */
  private int beforeSemicolon(int start, int end) {
    int last = end;
    while (last > start && isBlank(source.charAt(last - 1))) {
      last--;
    }
    return last > start && source.charAt(last - 1) == ';' ? last - 1 : end;
  }

  /**
   * Where a text ends that is not a comment's: at its first quote without a backslash; without one before the next
   * statement, at the end of its line.
   */
  private int plainEnd(int start) {
    int quote = unescapedQuote(start);
    int statement = statementAfter(start, quote);
    if (statement >= 0 && !(quote < source.length() && closesWell(quote))) {
      return lineEnd(start);
    }
    return quote < source.length() ? quote : lineEnd(start);
  }

  /**
   * Where a comment ends: at the first quote after which the statement ends too, for quotes inside are often not
   * escaped. If the next statement begins earlier, at the last quote before it, or before it.
   */
  private int commentEnd(int start) {
    int last = -1;
    int from = start;
    while (true) {
      int quote = source.indexOf('"', from);
      int limit = quote < 0 ? source.length() : quote;
      int statement = statementAfter(from, limit);
      boolean escaped = quote > start && source.charAt(quote - 1) == '\\';
      boolean good = quote >= 0 && closesWell(quote) && (!escaped || endsLine(quote));
      if (statement >= 0 && !good) {
        if (last >= 0) {
          return last;
        }
        return lineEnd(lastBlankBefore(statement, start));
      }
      if (quote < 0) {
        return last >= 0 ? last : lineEnd(start);
      }
      if (good) {
        if (last >= 0) {
          warnings.warn(line, at - lineStart + 1, "quotes inside a comment: taken as part of it");
        }
        return quote;
      }
      if (!escaped) {
        last = quote;
      }
      from = quote + 1;
    }
  }

  /** The end of the line before a statement, where the text that never closed ends at the latest. */
  private int lastBlankBefore(int statement, int start) {
    int end = statement;
    while (end > start && isBlank(source.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private int unescapedQuote(int start) {
    int quote = source.indexOf('"', start);
    while (quote > start && source.charAt(quote - 1) == '\\' && !endsLine(quote)) {
      quote = source.indexOf('"', quote + 1);
    }
    return quote < 0 ? source.length() : quote;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < source.length() && !isLineEnd(source.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Whether behind a quote the statement ends: with {@code ;}, with the file, or with a line before another one. */
  private boolean closesWell(int quote) {
    int next = quote + 1;
    boolean newLine = false;
    while (next < source.length() && isBlank(source.charAt(next))) {
      newLine |= isLineEnd(source.charAt(next));
      next++;
    }
    return next >= source.length()
        || source.charAt(next) == ';'
        || (newLine && KEYWORDS.contains(wordAt(next)));
  }

  /** Whether behind a quote come {@code ;} and then the end of the line. */
  private boolean endsLine(int quote) {
    int next = quote + 1;
    boolean semicolon = false;
    while (next < source.length()) {
      char here = source.charAt(next++);
      if (isLineEnd(here)) {
        return semicolon;
      }
      semicolon |= here == ';';
      if (here != ';' && !isBlank(here)) {
        return false;
      }
    }
    return semicolon;
  }

  /** Where between two places a line begins with a keyword and a blank; -1 for nowhere. */
  private int statementAfter(int from, int to) {
    int next = from;
    while (next < to) {
      while (next < to && !isLineEnd(source.charAt(next))) {
        next++;
      }
      while (next < to && isBlank(source.charAt(next))) {
        next++;
      }
      if (next >= to) {
        return -1;
      }
      String word = wordAt(next);
      int after = next + word.length();
      if (KEYWORDS.contains(word) && after < source.length() && isBlank(source.charAt(after))) {
        return next;
      }
    }
    return -1;
  }

  private String wordAt(int from) {
    int end = from;
    while (end < source.length() && end - from <= 32 && isWordPart(source.charAt(end))) {
      end++;
    }
    return source.substring(from, end);
  }
}
