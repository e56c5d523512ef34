package dev.caravan.agent.decode.dbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The tokens of one statement behind its keyword, read one after the other. */
final class Statement {
  /** Longer numbers are none; a double's shortest exact form has at most 1074 digits. */
  private static final int MOST_DIGITS = 400;

  /** 2^53 has so many: shorter ones without an exponent are exact. */
  private static final int BEYOND_DOUBLE_DIGITS = 16;

  /** Words, texts and marks of one: pairs for every value of 16 bits, and some. What is behind them is passed over. */
  static final int MOST_TOKENS = 150_000;

  private final Token keyword;
  private final List<Token> tokens;
  private int next;

  Statement(Token keyword, List<Token> tokens) {
    this.keyword = keyword;
    this.tokens = List.copyOf(tokens);
  }

  /** Reads one that ends with {@code ;}, which is taken, or at the latest where a line begins another one. */
  static Statement read(Token keyword, DbcLexer lexer) {
    List<Token> body = new ArrayList<>();
    while (!lexer.peek().beginsStatement() && !lexer.peek().isEnd()) {
      Token token = lexer.next();
      if (token.isMark(";")) {
        break;
      }
      if (body.size() < MOST_TOKENS) {
        body.add(token);
      }
    }
    return new Statement(keyword, body);
  }

  Token keyword() {
    return keyword;
  }

  boolean isDone() {
    return next >= tokens.size();
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int further) {
    if (next + further < tokens.size()) {
      return tokens.get(next + further);
    }
    Token last = tokens.isEmpty() ? keyword : tokens.get(tokens.size() - 1);
    int column = last.column() + last.text().length();
    return new Token(
        Token.Kind.END, "", last.at() + last.text().length(), last.line(), column, false);
  }

  Token take() {
    Token token = peek();
    next++;
    return token;
  }

  /** Whether a mark is still to come. */
  boolean hasMark(String mark) {
    return tokens.stream().skip(next).anyMatch(token -> token.isMark(mark));
  }

  /** Takes a mark if it comes next. */
  boolean skipMark(String mark) {
    boolean there = peek().isMark(mark);
    if (there) {
      next++;
    }
    return there;
  }

  void takeMark(String mark, String wanted) throws BadLine {
    if (!skipMark(mark)) {
      throw new BadLine(peek(), wanted);
    }
  }

  String takeWord(String wanted) throws BadLine {
    if (!peek().isWord()) {
      throw new BadLine(peek(), wanted);
    }
    return take().text();
  }

  /** A whole number, decimal or hex with {@code 0x}, in a range. */
  long takeWhole(long lowest, long highest, String wanted) throws BadLine {
    Token token = peek();
    OptionalLong number = token.isWord() ? whole(token.text()) : OptionalLong.empty();
    if (number.isEmpty() || number.getAsLong() < lowest || number.getAsLong() > highest) {
      throw new BadLine(token, wanted);
    }
    next++;
    return number.getAsLong();
  }

  double takeNumber(String wanted) throws BadLine {
    Token token = peek();
    if (!token.isWord()
        || !isNumber(token.text())
        || Double.isInfinite(Double.parseDouble(token.text()))) {
      throw new BadLine(token, wanted);
    }
    next++;
    return Double.parseDouble(token.text());
  }

  /** A number that is whole and that no double is; null for any other. */
  static @Nullable BigInteger beyondDouble(String text) {
    boolean mayBe =
        text.length() >= BEYOND_DOUBLE_DIGITS || text.indexOf('e') > 0 || text.indexOf('E') > 0;
    if (!mayBe || text.length() > MOST_DIGITS || !isNumber(text)) {
      return null;
    }
    double nearest = Double.parseDouble(text);
    if (!(Math.abs(nearest) >= 0x1p53) || Double.isInfinite(nearest)) {
      return null;
    }
    BigDecimal number = new BigDecimal(text);
    boolean isWhole = number.stripTrailingZeros().scale() <= 0;
    return isWhole && number.compareTo(new BigDecimal(nearest)) != 0 ? number.toBigInteger() : null;
  }

  /**
   * A whole number, up to 64 bits with or without sign; larger ones up to 2^64 - 1 come out as their 64 bits. {@code
   * 1.0} and {@code 1e3} are whole too.
   */
  static OptionalLong whole(String text) {
    if (text.startsWith("0x") || text.startsWith("0X")) {
      return hex(text.substring(2));
    }
    if (!isNumber(text) || text.length() > MOST_DIGITS) {
      return OptionalLong.empty();
    }
    double size = Math.abs(Double.parseDouble(text));
    if (!(size < 0x1.1p64) || (size != 0 && size < 1)) {
      return OptionalLong.empty();
    }
    try {
      var exact = new BigDecimal(text).toBigIntegerExact();
      boolean fits = exact.bitLength() <= 63 || (exact.signum() > 0 && exact.bitLength() <= 64);
      return fits ? OptionalLong.of(exact.longValue()) : OptionalLong.empty();
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong hex(String digits) {
    try {
      return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether a word is a decimal number: {@code 1 -1.5 +.25 1. 1e-3}. */
  static boolean isNumber(String text) {
    int at = 0;
    int digits = 0;
    boolean point = false;
    if (at < text.length() && isSign(text.charAt(at))) {
      at++;
    }
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && isSign(text.charAt(at))) {
        at++;
      }
      int exponent = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      return at > exponent && at == text.length();
    }
    return at == text.length();
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }
}
