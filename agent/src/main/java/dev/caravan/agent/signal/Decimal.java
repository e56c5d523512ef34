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
  /** The longest number, {@code -0.0000012345678901234567}. */
  public static final int MOST_BYTES = 25;

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
  private static final double FEW = 1e4;

  /** Whole numbers below it have no more than {@link #SURE_DIGITS}. */
  private static final double SURE = 1e15;

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
   * Writes a number into bytes from an index on, at most {@value #MOST_BYTES} of them: whole ones without a point up to 2^53,
   * others plain or, where they are very large or very small, as {@code 1.5E-10}. {@code -0.0}, {@code NaN}, {@code Infinity}
   * and {@code -Infinity} are written so. Makes no object but for numbers from 2^53 and below 10^-6.
   *
   * @return the index behind it
   */
  public static int put(double value, byte[] to, int at) {
    long whole = (long) value;
    if (value == whole && whole != 0 && Math.abs(value) <= EXACT_WHOLE) {
      return Digits.whole(whole, to, at);
    }
    double size = Math.abs(value);
    if (size >= LEAST_FAST && size < EXACT_WHOLE) {
      int from = at;
      if (value < 0) {
        to[from++] = '-';
      }
      return putFraction(size, to, from);
    }
    return Digits.ascii(rare(value), to, at);
  }

  private static String rare(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0";
    }
    return Double.isFinite(value) ? slow(shortest(value)) : Double.toString(value);
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

  /** Of 10^-6 to 2^53, not whole. */
  private static int putFraction(double size, byte[] to, int at) {
    double scaled = Math.rint(size * FEW);
    // both are exact, so this division rounds as a reader of the decimal would
    if (scaled < SURE && scaled / FEW == size) {
      return put((long) scaled, FEW_DECIMALS, to, at);
    }
    long bits = Double.doubleToRawLongBits(size);
    if ((bits & FRACTION) == 0) {
      // below a power of two numbers lie twice as close as above; but 2^-k is 5^k / 10^k, which has
      // few digits
      int k = 1023 - (int) (bits >>> 52);
      return put(FIVES[k], k, to, at);
    }
    return putLong(bits, size, to, at);
  }

  /**
   * Of 10^-6 to 2^53, not whole and no power of two. The number is m * 2^q, and with k decimals m * 5^k / 2^s, s = -q - k, which is divided
   * in 128 bits. The rest of the division says how far off the decimal is: it reads back if that is less than half of
   * the number's last bit, which is 5^k / 2.
   */
  private static int putLong(long bits, double size, byte[] to, int at) {
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
        return put(number, decimals, to, at);
      }
    }
  }

  /** Writes {@code number / 10^decimals}, not negative, without zeros at its end. */
  static int put(long number, int decimals, byte[] to, int at) {
    long rest = number;
    int left = decimals;
    if (left >= 8 && rest % 100_000_000 == 0) {
      rest /= 100_000_000;
      left -= 8;
    }
    if (left >= 4 && rest % 10_000 == 0) {
      rest /= 10_000;
      left -= 4;
    }
    while (left > 0 && rest % 10 == 0) {
      rest /= 10;
      left--;
    }
    if (left == 0) {
      return Digits.whole(rest, to, at);
    }
    boolean isBelowOne = left > MOST_DIGITS;
    long whole = isBelowOne ? 0 : rest / Digits.ten(left);
    int point = Digits.whole(whole, to, at);
    to[point] = '.';
    return Digits.padded(isBelowOne ? rest : rest - whole * Digits.ten(left), left, to, point + 1);
  }

  private static String slow(BigDecimal value) {
    if (value.scale() > 0 && value.scale() <= PLAIN_DECIMALS) {
      return value.toPlainString();
    }
    String digits = value.unscaledValue().abs().toString();
    return (value.signum() < 0 ? "-" : "") + digits.charAt(0) + "."
        + (digits.length() == 1 ? "0" : digits.substring(1)) + "E"
        + (digits.length() - 1 - value.scale());
  }
}
