package dev.caravan.agent.decode.dbc;

/**
 * Finds where the quoted texts of a DBC file end. Texts may hold anything, also quotes and lines that look like
 * statements, and some were never closed. Each quote behind the opening one is looked at in turn:
 *
 * <ol>
 *   <li>It closes the text if behind it comes what the grammar wants there. That is {@code ;} and the end of the line
 *       or of the file; a line that can only be a statement; behind the text of a value a number and a quote; behind
 *       one of a list a comma; behind a unit the rest of a line without a quote, or with pairs of them.
 *   <li>The second of two does so only before a line that can only be a statement.
 *   <li>It is part of the text if it has a backslash before it. Only where such quotes so far came in pairs, and it
 *       closes well before a line that can only be a statement, was the backslash the end of the text ({@code "C:\"}).
 *   <li>It opens another text if it is the first of a line that can only be a statement and leads to a text there
 *       ({@code CM_ BO_ 256 "}). Then the text at hand was never closed: it ends at the last quote before that, else
 *       before the first line that begins with a keyword.
 *   <li>Else it is part of the text.
 * </ol>
 *
 * A line that begins with a keyword can only be a statement if no quote after it, texts skipped, ends a statement
 * without having opened a text. Behind a text that was never closed none does, for everything after it is in order;
 * inside of a text the one that closes it does.
 */
final class TextEnd {
  /** What may follow a text, apart from the end of its statement. */
  enum Behind {
    END,
    LABEL,
    LIST,
    NUMBER,
    LINE,
    ANYTHING;

    static Behind of(String keyword) {
      return switch (keyword) {
        case "CM_", "BA_", "BA_REL_", "BA_DEF_DEF_", "BA_DEF_DEF_REL_" -> END;
        case "VAL_", "VAL_TABLE_", "SGTYPE_VAL_" -> LABEL;
        case "BA_DEF_", "BA_DEF_REL_" -> LIST;
        case "EV_", "SGTYPE_" -> NUMBER;
        case "SG_", "VERSION" -> LINE;
        default -> ANYTHING;
      };
    }
  }

  private static final int LONGEST_NUMBER = 20;

  private final String source;
  private final DbcLines lines;
  private boolean quotesInside;

  // the first text behind which no quote closes one
  private int hopeless = Integer.MAX_VALUE;

  // quotes in the rest of the line looked at last
  private int countedFrom = -1;
  private int countedTo = -1;
  private int quotesLeft;

  TextEnd(String source) {
    this.source = source;
    this.lines = new DbcLines(source);
  }

  /**
   * The index of the quote that closes a text, or where one ends that was never closed.
   *
   * @param start index behind the opening quote
   * @param keyword of its statement
   * @param isFirst whether it is the first text of it
   */
  int of(int start, String keyword, boolean isFirst) {
    quotesInside = false;
    Behind behind = Behind.of(keyword);
    boolean isName = isFirst && keyword.startsWith("BA_");
    return behind == Behind.ANYTHING || isName || start > hopeless
        ? simple(start)
        : end(start, behind);
  }

  /** Whether the text found last has quotes inside that should have had a backslash. */
  boolean hasQuotesInside() {
    return quotesInside;
  }

  /** At the first quote, or at the end of the line where another statement begins before it. */
  private int simple(int start) {
    int quote = quoteFrom(start);
    while (quote < source.length() && lines.isEscaped(quote, start)) {
      quote = quoteFrom(quote + 1);
    }
    return quote < source.length() && lines.withKeyword(start, quote) < 0
        ? quote
        : lines.end(start);
  }

  private int end(int start, Behind behind) {
    int last = -1;
    int escaped = 0;
    int statement = -1; // first line since the last quote that begins with a keyword
    int from = start;
    while (true) {
      int quote = quoteFrom(from);
      statement = statement >= 0 ? statement : lines.withKeyword(from, quote);
      if (quote >= source.length()) {
        hopeless = start;
        break;
      }
      boolean isEscaped = lines.isEscaped(quote, start);
      if (isEscaped
          ? escaped % 2 == 0 && closesEscaped(quote, behind)
          : closes(quote, start, behind)) {
        quotesInside = last >= 0;
        return quote;
      }
      if (isEscaped) {
        escaped++;
      } else if (lines.isOpening(quote)) {
        break;
      } else {
        int label = behind == Behind.LABEL ? labelThatOpens(quote, start) : -1;
        if (label >= 0) {
          return label;
        }
        last = quote;
        statement = -1;
      }
      from = quote + 1;
    }
    return last >= 0 ? last : statement >= 0 ? blanksBefore(statement, start) : lines.end(start);
  }

  private int quoteFrom(int from) {
    int quote = source.indexOf('"', from);
    return quote < 0 ? source.length() : quote;
  }

  // what comes behind a quote

  private boolean closes(int quote, int start, Behind behind) {
    int next = lines.pastBlanks(quote + 1);
    boolean isNewLine = lines.isEnd(next);
    if (isNewLine) {
      next = lines.next(next);
    }
    if (next >= source.length()) {
      return true;
    }
    char here = source.charAt(next);
    if (here == ';') {
      int after = pastSemicolons(next);
      return lines.isEnd(after)
          ? !isDoubled(quote, start) || lines.isStatement(lines.next(after))
          : lines.isKeyword(after);
    }
    if (isNewLine && lines.isKeyword(next)) {
      return behind == Behind.LINE || lines.isStatement(next);
    }
    return switch (behind) {
      case LABEL -> labelAt(here == ',' ? lines.pastBlanks(next + 1) : next) >= 0;
      case LIST -> here == ',' || (here == '"' && next > quote + 1);
      case NUMBER -> isNumberStart(here);
      case LINE ->
        !lines.isOpening(quote) && (isNewLine || hasPairsOfQuotes(next, next > quote + 1));
      default -> false;
    };
  }

  /** Whether one behind a backslash closes all the same: on its line all is in order, and behind that line too. */
  private boolean closesEscaped(int quote, Behind behind) {
    int next = quote + 1;
    while (!lines.isEnd(next) && DbcLexer.isBlank(source.charAt(next))) {
      next++;
    }
    if (lines.isEnd(next)) {
      return lines.next(next) >= source.length();
    }
    if (source.charAt(next) == ';') {
      int after = pastSemicolons(next);
      return behind != Behind.NUMBER
          && behind != Behind.LINE
          && lines.isEnd(after)
          && lines.isStatement(lines.next(after));
    }
    return switch (behind) {
      case LABEL -> labelAt(next) >= 0 && !closes(labelAt(next), next, behind);
      case LIST -> source.charAt(next) == ',' && isQuote(lines.pastBlanks(next + 1));
      case LINE -> lineQuotes(next) == 0 && lines.isStatement(lines.next(lines.end(next)));
      default -> false;
    };
  }

  /** Whether a quote is the second of two, as spreadsheets write one. */
  private boolean isDoubled(int quote, int start) {
    int at = quote;
    while (at > start && source.charAt(at - 1) == '"') {
      at--;
    }
    int first = lines.isEscaped(at, start) ? at + 1 : at;
    return (quote - first) % 2 == 1;
  }

  /** Past semicolons and blanks in a line; a remark counts as its end. */
  private int pastSemicolons(int semicolon) {
    int next = semicolon;
    while (next < source.length() && source.charAt(next) == ';') {
      next = lines.pastBlanks(next + 1);
    }
    return next;
  }

  /** Where behind a number the quote of its text is; -1 where there is no such thing. */
  private int labelAt(int number) {
    int end = number;
    while (end < source.length() && DbcLexer.isWordPart(source.charAt(end))) {
      end++;
    }
    boolean isNumber = end > number && isNumberStart(source.charAt(number));
    int quote = isNumber ? lines.pastBlanks(end) : source.length();
    return isQuote(quote) ? quote : -1;
  }

  private boolean isQuote(int at) {
    return at < source.length() && source.charAt(at) == '"';
  }

  private static boolean isNumberStart(char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
  }

  /** Where behind a text that was never closed the number of the next one is; -1 if the quote is no opening one. */
  private int labelThatOpens(int quote, int start) {
    int end = quote;
    while (end > start && DbcLexer.isBlank(source.charAt(end - 1))) {
      end--;
    }
    int number = end;
    while (number > start
        && end - number <= LONGEST_NUMBER
        && DbcLexer.isWordPart(source.charAt(number - 1))) {
      number--;
    }
    boolean isLabel = number > start
        && number < end
        && DbcLexer.isBlank(source.charAt(number - 1))
        && Statement.whole(source.substring(number, end)).isPresent();
    int closing = isLabel ? quoteFrom(quote + 1) : source.length();
    return closing < source.length()
            && !lines.isEscaped(closing, quote + 1)
            && closes(closing, quote + 1, Behind.LABEL)
        ? number
        : -1;
  }

  /** How many quotes are in the rest of a line; what was counted once is only counted down. */
  private int lineQuotes(int from) {
    if (from < countedFrom || from > countedTo) {
      countedTo = lines.end(from);
      quotesLeft = quotes(from, countedTo);
    } else {
      quotesLeft -= quotes(countedFrom, from);
    }
    countedFrom = from;
    return quotesLeft;
  }

  private int quotes(int from, int to) {
    int quotes = 0;
    for (int at = from; at < to; at++) {
      quotes += source.charAt(at) == '"' ? 1 : 0;
    }
    return quotes;
  }

  private boolean hasPairsOfQuotes(int from, boolean isApart) {
    int quotes = lineQuotes(from);
    return quotes == 0 || (isApart && quotes % 2 == 0);
  }

  private int blanksBefore(int statement, int start) {
    int end = statement;
    while (end > start && DbcLexer.isBlank(source.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
