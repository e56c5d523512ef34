package dev.caravan.agent.shape.trigger;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an expression into words. A word is everything up to the next blank, parenthesis, quote or sign of comparison, so
 * that a path may have any other character; one that reads as a number is one. Texts stand in single quotes, a quote
 * within is doubled.
 */
final class Tokens {
  /** What a token is. */
  enum Type {
    NUMBER,
    TEXT,
    WORD,
    SIGN,
    OPEN,
    CLOSE,
    END
  }

  /**
   * One token.
   *
   * @param text a text's without its quotes
   * @param at where it begins, in characters from 1
   */
  record Token(Type type, String text, int at) {
    /** How it is named in a message. */
    String shown() {
      return type == Type.END ? "the end" : type == Type.TEXT ? "text '" + text + "'" : text;
    }
  }

  private static final String SIGNS = "<>=!";

  private final String expression;
  private final List<Token> tokens = new ArrayList<>();

  private Tokens(String expression) {
    this.expression = expression;
  }

  /**
   * The tokens, an {@link Type#END} last.
   *
   * @throws IllegalArgumentException if there is one that cannot be; its message says which and where
   */
  static List<Token> of(String expression) {
    Tokens cut = new Tokens(expression);
    int at = 0;
    while (at < expression.length()) {
      char c = expression.charAt(at);
      at = Character.isWhitespace(c) ? at + 1 : cut.take(c, at);
    }
    cut.tokens.add(new Token(Type.END, "", at + 1));
    return cut.tokens;
  }

  /** Takes the token that begins there, and gives where it ends. */
  private int take(char c, int at) {
    if (c == '(' || c == ')') {
      tokens.add(new Token(c == '(' ? Type.OPEN : Type.CLOSE, String.valueOf(c), at + 1));
      return at + 1;
    }
    if (c == '\'') {
      return takeText(at);
    }
    return SIGNS.indexOf(c) >= 0 ? takeSign(at) : takeWord(at);
  }

  private int takeText(int from) {
    StringBuilder text = new StringBuilder();
    int at = from + 1;
    while (at < expression.length()) {
      char c = expression.charAt(at);
      boolean isDoubled =
          c == '\'' && at + 1 < expression.length() && expression.charAt(at + 1) == c;
      if (c == '\'' && !isDoubled) {
        tokens.add(new Token(Type.TEXT, text.toString(), from + 1));
        return at + 1;
      }
      text.append(c);
      at += isDoubled ? 2 : 1;
    }
    throw new IllegalArgumentException("want ' behind the text, got the end at character "
        + (at + 1) + "; the text begins at character " + (from + 1));
  }

  private int takeSign(int from) {
    int end = from + 1;
    if (end < expression.length() && expression.charAt(end) == '=') {
      end++;
    }
    String sign = expression.substring(from, end);
    if (sign.equals("=") || sign.equals("!")) {
      throw new IllegalArgumentException("want " + (sign.equals("=") ? "==" : "!= or not")
          + ", got " + sign + " at character " + (from + 1));
    }
    tokens.add(new Token(Type.SIGN, sign, from + 1));
    return end;
  }

  private int takeWord(int from) {
    int end = from;
    while (end < expression.length() && isOfWord(expression.charAt(end))) {
      end++;
    }
    String word = expression.substring(from, end);
    tokens.add(new Token(isNumber(word) ? Type.NUMBER : Type.WORD, word, from + 1));
    return end;
  }

  private static boolean isOfWord(char c) {
    return !Character.isWhitespace(c) && "()'".indexOf(c) < 0 && SIGNS.indexOf(c) < 0;
  }

  /** Without the suffixes and names that Java has beside it. */
  private static boolean isNumber(String word) {
    char last = word.charAt(word.length() - 1);
    if (last != '.' && (last < '0' || last > '9')) {
      return false;
    }
    try {
      return Double.isFinite(Double.parseDouble(word));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
