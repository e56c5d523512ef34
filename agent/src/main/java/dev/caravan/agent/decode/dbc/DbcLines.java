package dev.caravan.agent.decode.dbc;

/**
 * The lines of a DBC file's text: where they begin and end, which begin with a keyword, and which of these can only be
 * statements. Bounded in what it looks at, so that no text takes long.
 */
final class DbcLines {
  /** How far a line is judged by what follows it. */
  private static final int FAR = 8192;

  private static final int LONGEST_LEAD = 300;
  private static final int LONGEST_KEYWORD = 32;

  private final String source;

  // the line judged last, and up to where what was said of it holds
  private int judgedFrom = -1;
  private int judgedTo = -1;
  private boolean judgement;

  DbcLines(String source) {
    this.source = source;
  }

  boolean isEnd(int at) {
    return at >= source.length() || source.charAt(at) == '\n' || source.charAt(at) == '\r';
  }

  int end(int from) {
    int end = from;
    while (!isEnd(end)) {
      end++;
    }
    return end;
  }

  /** Past the blanks in a line; a remark counts as its end. */
  int pastBlanks(int from) {
    int at = from;
    while (!isEnd(at) && DbcLexer.isBlank(source.charAt(at))) {
      at++;
    }
    return source.startsWith("//", at) ? end(at) : at;
  }

  /** The first thing on the lines behind the end of one. */
  int next(int lineEnd) {
    int at = lineEnd;
    while (at < source.length() && isEnd(at)) {
      at = pastBlanks(at + 1);
    }
    return at;
  }

  /** Whether an odd number of backslashes stands before a quote. */
  boolean isEscaped(int quote, int start) {
    int at = quote;
    while (at > start && source.charAt(at - 1) == '\\') {
      at--;
    }
    return (quote - at) % 2 == 1;
  }

  /** Whether a keyword stands at a place. */
  boolean isKeyword(int at) {
    int end = at;
    while (end < source.length()
        && end - at <= LONGEST_KEYWORD
        && DbcLexer.isWordPart(source.charAt(end))) {
      end++;
    }
    boolean isApart = end >= source.length()
        || DbcLexer.isBlank(source.charAt(end))
        || source.charAt(end) == ':'
        || source.charAt(end) == '"';
    return end > at && isApart && DbcLexer.KEYWORDS.contains(source.substring(at, end));
  }

  /** Where between two places a line begins with a keyword; -1 for nowhere. */
  int withKeyword(int from, int to) {
    for (int at = from; at < to; at++) {
      if (isEnd(at)) {
        at = next(at);
        if (at < to && isKeyword(at)) {
          return at;
        }
      }
    }
    return -1;
  }

  /** Whether a quote is the first of a line that can only be a statement, behind what leads to a text there. */
  boolean isOpening(int quote) {
    int line = begin(quote);
    return line >= 0
        && isKeyword(line)
        && leadsToText(source.substring(line, quote).strip())
        && isStatement(line);
  }

  /** The first thing on the line of a quote; -1 if another quote is before it, or it is far away. */
  private int begin(int quote) {
    int line = quote;
    while (line > 0 && !isEnd(line - 1)) {
      line--;
      if (source.charAt(line) == '"' || quote - line > LONGEST_LEAD) {
        return -1;
      }
    }
    while (line < quote && DbcLexer.isBlank(source.charAt(line))) {
      line++;
    }
    return line;
  }

  /** Whether behind words from the begin of a line a text may begin. */
  private static boolean leadsToText(String lead) {
    String[] words = lead.split("\\s+", -1);
    String last = words[words.length - 1];
    String second = words.length > 1 ? words[1] : "";
    return switch (TextEnd.Behind.of(words[0])) {
      case LABEL -> words.length > 2 && isNumber(last);
      case LINE -> words.length == 1 || isScale(last);
      case NUMBER -> isScale(last);
      case END, LIST -> words.length == 1 || second.endsWith("_") || isNumber(second);
      case ANYTHING -> words[0].endsWith("_") && !DbcLexer.KEYWORDS.contains(words[0]);
    };
  }

  private static boolean isNumber(String word) {
    return Statement.whole(word).isPresent();
  }

  private static boolean isScale(String word) {
    return word.endsWith("]") || word.endsWith(")");
  }

  /** Whether a line, begun by a keyword or at the end of the file, can only be a statement. */
  boolean isStatement(int line) {
    if (line < source.length() && !isKeyword(line)) {
      return false;
    }
    if (line < judgedFrom || line >= judgedTo) {
      judge(line);
    }
    return judgement;
  }

  /**
   * It is none if behind it, texts skipped, a quote opens no text, for that one closes a text around all of this; nor if
   * there is a backslash, which is for texts alone.
   */
  private void judge(int line) {
    judgedFrom = line;
    judgement = true;
    int far = Math.min(source.length(), line + FAR);
    int statement = line; // -1 behind its semicolon
    boolean isInside = false;
    for (int at = line; at < far; at++) {
      char here = source.charAt(at);
      if (isEnd(at) && isKeyword(next(at))) {
        if (isInside) {
          far = at; // one more that was never closed
        }
        statement = next(at);
      } else if (isInside) {
        isInside = here != '"' || isEscaped(at, line);
      } else if (here == '\\' || (here == '"' && closes(at, statement))) {
        judgement = false;
        far = at;
      } else if (here == '"') {
        isInside = true;
      } else if (here == ';') {
        statement = -1;
      } else if (source.startsWith("//", at)) {
        int remark = at;
        at = end(at) - 1;
        if (endsText(remark, at + 1)) {
          judgement = false;
          far = at;
        }
      }
    }
    judgedTo = line + Math.max(1, far < line + FAR ? far - line : FAR / 2);
  }

  /** Whether what looks like a remark is the end of a text: its quotes do not come in pairs. */
  private boolean endsText(int remark, int end) {
    boolean isInside = false;
    for (int at = remark; at < end; at++) {
      isInside ^= source.charAt(at) == '"' && !isEscaped(at, remark);
    }
    return isInside;
  }

  /** Whether a quote outside of texts, in the statement that begins at a place, can only close one. */
  private boolean closes(int quote, int statement) {
    int next = pastBlanks(quote + 1);
    next = isEnd(next) ? next(next) : next;
    boolean endsStatement =
        next < source.length() && source.charAt(next) == ';' && isEnd(pastBlanks(next + 1));
    int line = begin(quote);
    return endsStatement
        || (line >= 0 && !mayOpen(source.substring(line, quote).strip(), line, statement));
  }

  private boolean mayOpen(String lead, int line, int statement) {
    if (line == statement || statement < 0) {
      return leadsToText(lead);
    }
    int end = statement;
    while (DbcLexer.isWordPart(source.charAt(end))) {
      end++;
    }
    boolean goesOn = switch (TextEnd.Behind.of(source.substring(statement, end))) {
      case END -> lead.isEmpty();
      case LABEL -> isNumber(lead);
      case LIST -> lead.isEmpty() || lead.endsWith(",");
      case LINE, NUMBER -> isScale(lead);
      default -> false;
    };
    return goesOn || leadsToText(lead);
  }
}
