package dev.caravan.agent.decode.vss;

import java.util.Locale;
import java.util.Optional;

/**
 * A formula of {@code x} that is a factor and an offset, such as {@code (x*40)-100}.
 *
 * @param factor of x, not 0
 * @param offset what is added
 * @param rounding what the formula does to the result besides, {@code floor}; empty for nothing
 */
record Linear(double factor, double offset, String rounding) {
  private static final String ROUNDINGS = "floor ceil round";
  private static final int MOST_CHARACTERS = 1000;

  /** A part of a formula while it is read. */
  private record Part(double factor, double offset) {
    boolean isConstant() {
      return factor == 0;
    }
  }

  /** Thrown where a formula is no factor and offset. */
  private static final class NotLinear extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotLinear() {
      super("", null, false, false);
    }
  }

  /** Reads a text from the left. */
  private static final class Reading {
    private final String text;
    private int at;

    Reading(String text) {
      this.text = text;
    }

    Part all() {
      Part part = sum();
      if (at < text.length()) {
        throw new NotLinear();
      }
      return part;
    }

    private boolean takes(char wanted) {
      boolean isThere = at < text.length() && text.charAt(at) == wanted;
      at += isThere ? 1 : 0;
      return isThere;
    }

    private Part sum() {
      Part sum = product();
      while (true) {
        if (takes('+')) {
          Part more = product();
          sum = new Part(sum.factor + more.factor, sum.offset + more.offset);
        } else if (takes('-')) {
          Part less = product();
          sum = new Part(sum.factor - less.factor, sum.offset - less.offset);
        } else {
          return sum;
        }
      }
    }

    private Part product() {
      Part product = signed();
      while (true) {
        if (takes('*')) {
          Part by = signed();
          if (!product.isConstant() && !by.isConstant()) {
            throw new NotLinear();
          }
          product = product.isConstant()
              ? new Part(product.offset * by.factor, product.offset * by.offset)
              : new Part(product.factor * by.offset, product.offset * by.offset);
        } else if (takes('/')) {
          Part by = signed();
          if (!by.isConstant() || by.offset == 0) {
            throw new NotLinear();
          }
          product = new Part(product.factor / by.offset, product.offset / by.offset);
        } else {
          return product;
        }
      }
    }

    private Part signed() {
      if (takes('-')) {
        Part part = signed();
        return new Part(-part.factor, -part.offset);
      }
      return takes('+') ? signed() : single();
    }

    private Part single() {
      if (takes('x')) {
        return new Part(1, 0);
      }
      if (takes('(')) {
        Part part = sum();
        if (!takes(')')) {
          throw new NotLinear();
        }
        return part;
      }
      int begin = at;
      while (at < text.length() && isOfNumber(begin)) {
        at++;
      }
      try {
        return new Part(0, Double.parseDouble(text.substring(begin, at)));
      } catch (NumberFormatException e) {
        throw new NotLinear();
      }
    }

    private boolean isOfNumber(int begin) {
      char c = text.charAt(at);
      boolean isAfterExponent = at > begin && text.charAt(at - 1) == 'e';
      return (c >= '0' && c <= '9')
          || c == '.'
          || (c == 'e' && at > begin)
          || (isAfterExponent && (c == '-' || c == '+'));
    }
  }

  /** What a formula is; nothing if it is more than a factor and an offset, and maybe a rounding of all of it. */
  static Optional<Linear> of(String formula) {
    String text = formula.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    if (text.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    for (String rounding : ROUNDINGS.split(" ", -1)) {
      if (text.startsWith(rounding + "(") && text.endsWith(")")) {
        String inner = text.substring(rounding.length() + 1, text.length() - 1);
        return rounded(rounding, inner);
      }
    }
    return plain(text, "");
  }

  /** {@code floor(... + 0.5)} goes to the nearest whole number, so the half is not part of the value. */
  private static Optional<Linear> rounded(String rounding, String inner) {
    return rounding.equals("floor") && inner.matches(".*[^*/+(e-]\\+0?\\.5")
        ? plain(inner.substring(0, inner.lastIndexOf('+')), "round")
        : plain(inner, rounding);
  }

  private static Optional<Linear> plain(String text, String rounding) {
    try {
      Part part = new Reading(text).all();
      return part.isConstant() || !Double.isFinite(part.factor) || !Double.isFinite(part.offset)
          ? Optional.empty()
          : Optional.of(new Linear(part.factor, part.offset + 0.0, rounding));
    } catch (NotLinear e) {
      return Optional.empty();
    }
  }
}
