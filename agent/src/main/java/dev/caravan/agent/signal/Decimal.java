package dev.caravan.agent.signal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Binary numbers as decimal ones: the fewest digits that read back to the same bits, the same on every release of Java
 * (those before 19 write some numbers longer than need be). Has no state; any thread.
 *
 * @see "IEEE 754-2019, 5.12.2: 17 digits bring every binary64 back, 9 every binary32"
 */
public final class Decimal {
  /** What so few digits name is the only decimal of so few digits that reads as the number. */
  private static final int SURE_DIGITS = 15;

  private static final int MOST_DIGITS = 17;
  private static final int SURE_FLOAT_DIGITS = 6;
  private static final int MOST_FLOAT_DIGITS = 9;
  private static final double EXACT_WHOLE = 0x1p53;
  private static final long FRACTION = (1L << 52) - 1;
  private static final double LEAST_FAST = 1e-6;
  private static final int LEAST_FAST_EXPONENT = -6;
  private static final int FEW_DECIMALS = 4;
  private static final int FEW_DIGITS = 8;
  private static final long LARGE_POWER = 100_000_000L;
  private static final double LOG_2 = 0.301029995663981;

  /** As many decimals as are written without an exponent however small the number is. */
  private static final int PLAIN_DECIMALS = 9;

  /** 10^-6 … 10^16: what has one digit more than the one before. */
  private static final double[] TENS = {
    1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
    1e11, 1e12, 1e13, 1e14, 1e15, 1e16
  };

  private static final long[] FIVES = new long[MOST_DIGITS - LEAST_FAST_EXPONENT];

  static {
    FIVES[0] = 1;
    for (int i = 1; i < FIVES.length; i++) {
      FIVES[i] = FIVES[i - 1] * 5;
    }
  }

  private Decimal() {}

  /**
   * Writes a number behind a text: whole ones without a point up to 2^53, others plain or, where they are very large or
   * very small, as {@code 1.5E-10}. {@code -0.0}, {@code NaN}, {@code Infinity} and {@code -Infinity} are written so.
   */
  public static void append(double value, StringBuilder to) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size <= EXACT_WHOLE) {
      to.append(value == 0 && 1 / value < 0 ? "-0.0" : Long.toString((long) value));
    } else if (!Double.isFinite(value)) {
      to.append(value);
    } else if (size >= LEAST_FAST && size < EXACT_WHOLE) {
      if (value < 0) {
        to.append('-');
      }
      if (!appendFew(size, to)) {
        if (isPowerOfTwo(size)) {
          to.append(shortest(size).toPlainString());
        } else {
          appendFast(size, to);
        }
      }
    } else {
      appendSlow(shortest(value), to);
    }
  }

  /** A finite number as the shortest decimal that reads back to the same bits, without zeros at its end. */
  public static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    boolean isSubnormal = Math.abs(value) < Double.MIN_NORMAL;
    for (int digits = isSubnormal ? 2 : SURE_DIGITS; ; digits++) {
      BigDecimal nearest = exact.round(new MathContext(digits));
      if (digits == MOST_DIGITS || nearest.doubleValue() == value) {
        return nearest.stripTrailingZeros();
      }
      // above a power of two there is more room than below
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
      if (above.doubleValue() == value) {
        return above;
      }
    }
  }

  /** The same of a binary32. */
  static BigDecimal shortest(float value) {
    BigDecimal exact = new BigDecimal(value);
    boolean isSubnormal = Math.abs(value) < Float.MIN_NORMAL;
    for (int digits = isSubnormal ? 2 : SURE_FLOAT_DIGITS; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (digits == MOST_FLOAT_DIGITS || rounded.floatValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
  }

  /** Below which numbers lie twice as close as above. */
  private static boolean isPowerOfTwo(double size) {
    return (Double.doubleToRawLongBits(size) & FRACTION) == 0;
  }

  /** Of those with few decimals, which most are. */
  private static boolean appendFew(double size, StringBuilder to) {
    long power = 1;
    for (int decimals = 1; decimals <= FEW_DECIMALS; decimals++) {
      power *= 10;
      double scaled = Math.rint(size * power);
      // both are exact, so this division rounds as a reader of the decimal would
      if (scaled / power == size && scaled < EXACT_WHOLE) {
        append((long) scaled, power, to);
        return true;
      }
    }
    return false;
  }

  /**
   * Of 10^-6 to 2^53, not whole and no power of two. The number is m * 2^q, and with k decimals m * 5^k / 2^s, s = -q - k, which is divided
   * in 128 bits. The rest of the division says how far off the decimal is: it reads back if that is less than half of
   * the number's last bit, which is 5^k / 2.
   */
  private static void appendFast(double size, StringBuilder to) {
    long bits = Double.doubleToRawLongBits(size);
    long m = (bits & FRACTION) | FRACTION + 1;
    int q = (int) (bits >>> 52) - 1075;
    int exponent = (int) Math.floor((q + 52) * LOG_2);
    if (size >= TENS[exponent + 1 - LEAST_FAST_EXPONENT]) {
      exponent++;
    }
    for (int digits = Math.max(SURE_DIGITS, exponent + 1); ; digits++) {
      int decimals = digits - 1 - exponent;
      long five = FIVES[decimals];
      int s = -q - decimals;
      long low = m * five;
      long number = s == 0 ? low : Math.multiplyHigh(m, five) << (64 - s) | low >>> s;
      long rest = low & (1L << s) - 1;
      long half = s == 0 ? 1 : 1L << (s - 1);
      if (rest > half || (rest == half && (number & 1) == 1)) {
        number++;
        rest = (1L << s) - rest;
      }
      if (digits == MOST_DIGITS || rest << 1 < five) {
        append(number, decimals, to);
        return;
      }
    }
  }

  /** Writes {@code number / 10^decimals}, not negative, without zeros at its end. */
  static void append(long number, int decimals, StringBuilder to) {
    long rest = number;
    int left = decimals;
    if (left >= FEW_DIGITS && rest % LARGE_POWER == 0) {
      rest /= LARGE_POWER;
      left -= FEW_DIGITS;
    }
    while (left > 0 && rest % 10 == 0) {
      rest /= 10;
      left--;
    }
    if (left > MOST_DIGITS) {
      to.append("0.").append("0".repeat(left - Long.toString(rest).length())).append(rest);
      return;
    }
    long power = 1;
    for (int i = 0; i < left; i++) {
      power *= 10;
    }
    append(rest, power, to);
  }

  private static void append(long number, long power, StringBuilder to) {
    long whole = number / power;
    to.append(whole);
    if (power > 1) {
      to.append('.');
      long behind = number - whole * power;
      for (long zeros = power / 10; zeros > behind; zeros /= 10) {
        to.append('0');
      }
      to.append(behind);
    }
  }

  private static void appendSlow(BigDecimal value, StringBuilder to) {
    if (value.scale() > 0 && value.scale() <= PLAIN_DECIMALS) {
      to.append(value.toPlainString());
      return;
    }
    String digits = value.unscaledValue().abs().toString();
    to.append(value.signum() < 0 ? "-" : "").append(digits.charAt(0)).append('.');
    to.append(digits.length() == 1 ? "0" : digits.substring(1));
    to.append('E').append(digits.length() - 1 - value.scale());
  }
}
