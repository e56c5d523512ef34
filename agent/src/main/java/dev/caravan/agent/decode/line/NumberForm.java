package dev.caravan.agent.decode.line;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * How the numbers of a table are written: {@code [sign blanks] digits [decimal digits] [e [sign] digits]}, with digits on
 * at least one side of the decimal sign, and if so set in groups of exactly three before it; the
 * first may be shorter and does not begin with 0. Nothing else is a number.
 *
 * @param decimal the sign before the fraction
 * @param thousands the sign between groups of three digits; 0 for none
 */
record NumberForm(char decimal, char thousands) {
  private static final char NONE = 0;

  private static final Key<String> DECIMAL = Key.oneOf("decimal", ".", ",")
      .or(".")
      .says("the sign before the fraction; not for json and binary");
  private static final Key<String> THOUSANDS = Key.oneOf("thousands", "", ".", ",", " ", "'")
      .or("")
      .absent("none")
      .range("`.` `,` `'` or a blank")
      .says("the sign between groups of three digits, the first not with 0; not for json and "
          + "binary");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(DECIMAL, THOUSANDS);

  /** Reads its keys of a table. */
  static NumberForm from(Node table, LineTable.Form form, String separator) {
    Node decimal = table.at(DECIMAL);
    Node thousands = table.at(THOUSANDS);
    NumberForm numbers = new NumberForm(table.get(DECIMAL).charAt(0), one(table.get(THOUSANDS)));
    if (numbers.decimal == numbers.thousands) {
      thousands.fault("is the decimal sign too");
    }
    boolean hasSettings = decimal.isPresent() || thousands.isPresent();
    if (hasSettings && (form == LineTable.Form.JSON || form == LineTable.Form.BINARY)) {
      table.fault("decimal and thousands are for text; numbers of json and binary have a form");
    }
    boolean isSplit = form == LineTable.Form.CSV || form == LineTable.Form.KEY_VALUE;
    if (isSplit && decimal.isPresent() && separator.indexOf(numbers.decimal) >= 0) {
      decimal.fault("is the separator too");
    }
    if (isSplit && numbers.thousands != NONE && separator.indexOf(numbers.thousands) >= 0) {
      thousands.fault("is the separator too");
    }
    return numbers;
  }

  private static char one(String text) {
    return text.isEmpty() ? NONE : text.charAt(0);
  }

  /**
   * The same number as Java writes it.
   *
   * @throws NumberFormatException if it is none
   */
  String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int at = sign(text, 0, plain);
    while (at > 0 && at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    int before = plain.length();
    at = whole(text, at, plain);
    int digits = plain.length() - before;
    if (at < text.length() && text.charAt(at) == decimal) {
      plain.append('.');
      int from = at + 1;
      at = digits(text, from, plain);
      digits += at - from;
    }
    if (digits > 0 && at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      plain.append('e');
      int from = sign(text, at + 1, plain);
      at = digits(text, from, plain);
      digits = at - from;
    }
    if (digits == 0 || at < text.length()) {
      throw new NumberFormatException();
    }
    return plain.toString();
  }

  private static int sign(String text, int at, StringBuilder plain) {
    char sign = at < text.length() ? text.charAt(at) : NONE;
    if (sign == '-') {
      plain.append('-');
    }
    return sign == '-' || sign == '+' ? at + 1 : at;
  }

  private int whole(String text, int from, StringBuilder plain) {
    int at = digits(text, from, plain);
    boolean isGrouped = thousands != NONE
        && at > from
        && at - from <= 3
        && text.charAt(from) != '0'
        && at < text.length()
        && text.charAt(at) == thousands;
    while (isGrouped && at < text.length() && text.charAt(at) == thousands) {
      int group = at + 1;
      at = digits(text, group, plain);
      if (at - group != 3) {
        throw new NumberFormatException();
      }
    }
    return at;
  }

  private static int digits(String text, int from, StringBuilder plain) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      plain.append(text.charAt(at++));
    }
    return at;
  }
}
