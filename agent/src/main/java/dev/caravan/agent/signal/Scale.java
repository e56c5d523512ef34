package dev.caravan.agent.signal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How the raw numbers of a signal become physical ones, raw * factor + offset, and how these are written: exactly for
 * programs, and as they are meant for people. Raw numbers are given as {@code Sample.rawBits()} has them. Immutable.
 */
public final class Scale {
  /** Who writes down a factor needs fewer digits; one with more is a quotient, as of a conversion of units. */
  private static final int MOST_WRITTEN_DIGITS = 14;

  /** A binary64 holds so many digits of any number. */
  private static final MathContext HELD = new MathContext(15);

  /** Where fewer of the digits held are not zero, what stands behind them is the noise of binary arithmetic. */
  private static final int MOST_MEANT_DIGITS = 12;

  private static final int MOST_FAST_DECIMALS = 15;
  private static final double FAST_BELOW = 0x1p49;
  private static final double EXACT_BELOW = 0x1p53;

  /** Larger and smaller numbers have an exponent for people. */
  private static final int MOST_PLAIN_DIGITS = 40;

  private static final int QUOTIENT = -1;
  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private final Kind kind;
  private final double factor;
  private final double offset;
  private final boolean isWhole;
  private final boolean isInexact; // factor or offset
  private final int decimals; // of factor and offset; QUOTIENT where one of them has no end
  private final @Nullable BigInteger wholeFactor; // where the double is only near to it
  private final @Nullable BigInteger wholeOffset;

  /** One whose factor and offset are what the doubles are. */
  public Scale(Kind kind, double factor, double offset) {
    this(kind, factor, offset, null, null);
  }

  /**
   * One whose factor or offset may be whole numbers beyond what a double holds.
   *
   * @param wholeFactor the factor itself; null where {@code factor} is exactly that
   * @param wholeOffset the offset itself; null where {@code offset} is exactly that
   */
  public Scale(
      Kind kind,
      double factor,
      double offset,
      @Nullable BigInteger wholeFactor,
      @Nullable BigInteger wholeOffset) {
    this.kind = kind;
    this.factor = factor;
    this.offset = offset;
    this.wholeFactor = wholeFactor;
    this.wholeOffset = wholeOffset;
    this.isInexact = wholeFactor != null || wholeOffset != null || Math.abs(offset) >= EXACT_BELOW;
    this.isWhole = kind.isInteger() && isWhole(factor) && isWhole(offset);
    int ofFactor = writtenDecimals(factor);
    int ofOffset = writtenDecimals(offset);
    this.decimals = Math.min(ofFactor, ofOffset) < 0 ? QUOTIENT : Math.max(ofFactor, ofOffset);
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Double.isFinite(number);
  }

  private static int writtenDecimals(double number) {
    if (!Double.isFinite(number)) {
      return QUOTIENT;
    }
    if (isWhole(number)) {
      return 0;
    }
    double size = Math.abs(number);
    for (int decimals = 1; decimals < POWERS.length; decimals++) {
      double scaled = Math.rint(size * POWERS[decimals]);
      if (scaled >= POWERS[MOST_WRITTEN_DIGITS]) {
        return QUOTIENT;
      }
      // both are exact, so this division rounds as a reader of the decimal would
      if (scaled / POWERS[decimals] == size) {
        return decimals;
      }
    }
    BigDecimal shortest = Decimal.shortest(number);
    return shortest.precision() > MOST_WRITTEN_DIGITS ? QUOTIENT : shortest.scale();
  }

  /** See {@link SignalSpec#factor()}. */
  public double factor() {
    return factor;
  }

  /** See {@link SignalSpec#offset()}. */
  public double offset() {
    return offset;
  }

  /** The physical value, computed in double: raw * factor + offset; NaN for text and bytes. */
  public double physical(long rawBits) {
    return kind.isNumber() ? raw(rawBits) * factor + offset : Double.NaN;
  }

  private double raw(long rawBits) {
    return switch (kind) {
      case UNSIGNED -> unsignedToDouble(rawBits);
      case FLOAT, DOUBLE -> Double.longBitsToDouble(rawBits);
      default -> rawBits;
    };
  }

  /** Whether physical values are whole numbers, always. */
  public boolean isWhole() {
    return isWhole;
  }

  /** Whether the physical value, where it {@link #isWhole}, is one of 64 bits with a sign. */
  public boolean isLong(long rawBits) {
    return !isBeyondDouble(rawBits)
        || isItself(rawBits)
        || exactWhole(rawBits).bitLength() < Long.SIZE;
  }

  /** The physical value, where it {@link #isLong}. */
  public long whole(long rawBits) {
    if (isBeyondDouble(rawBits)) {
      return isItself(rawBits) ? rawBits : exactWhole(rawBits).longValue();
    }
    return (long) physical(rawBits);
  }

  private boolean isItself(long rawBits) {
    return factor == 1 && offset == 0 && !isInexact && (kind != Kind.UNSIGNED || rawBits >= 0);
  }

  /**
   * Whether the physical value is a whole number that {@link #physical} may be only near to: where raw number, factor and
   * offset are whole, and one of them or what comes out is beyond 2^53.
   */
  public boolean isBeyondDouble(long rawBits) {
    if (!isWhole) {
      return false;
    }
    double raw = raw(rawBits);
    double scaled = raw * factor;
    return isInexact
        || Math.abs(raw) >= EXACT_BELOW
        || Math.abs(scaled) >= EXACT_BELOW
        || Math.abs(scaled + offset) >= EXACT_BELOW;
  }

  /**
   * The physical value for programs, where it {@link #isBeyondDouble}: all digits of the whole number that raw number, factor and
   * offset make. Elsewhere it is the shortest decimal with the bits of {@link #physical}, which {@link Decimal#put} writes.
   */
  public String exact(long rawBits) {
    return exactWhole(rawBits).toString();
  }

  private BigInteger exactWhole(long rawBits) {
    return wholeRaw(rawBits).multiply(whole(wholeFactor, factor)).add(whole(wholeOffset, offset));
  }

  private static BigInteger whole(@Nullable BigInteger exact, double number) {
    return exact == null ? new BigDecimal(number).toBigInteger() : exact;
  }

  private BigInteger wholeRaw(long rawBits) {
    BigInteger signed = BigInteger.valueOf(rawBits);
    return rawBits < 0 && kind == Kind.UNSIGNED
        ? signed.add(BigInteger.ONE.shiftLeft(Long.SIZE))
        : signed;
  }

  /**
   * Writes the physical value for people into bytes from an index on, at most {@value Decimal#MOST_BYTES} of them, if no object has
   * to be made for it: as {@link #shown} has it.
   *
   * @return the index behind it; -1 if an object has to be made, and nothing is written
   */
  public int putShown(long rawBits, byte[] to, int at) {
    double scaled = raw(rawBits) * factor;
    double value = scaled + offset;
    if (isWhole) {
      return isBeyondDouble(rawBits) ? -1 : Decimal.put(value, to, at);
    }
    if (!kind.isInteger() || decimals < 0 || decimals > MOST_FAST_DECIMALS) {
      return -1;
    }
    double power = POWERS[decimals];
    // not where it is no number
    if (!(Math.max(Math.abs(scaled), Math.abs(offset)) * power < FAST_BELOW)) {
      return -1;
    }
    long number = (long) Math.rint(value * power);
    int from = at;
    if (number < 0) {
      to[from++] = '-';
    }
    return Decimal.put(Math.abs(number), decimals, to, from);
  }

  /**
   * The physical value for people: with no more decimals than factor and offset are written with, as decimal arithmetic
   * gives it. Where one of these has no end (a third), and for floating-point numbers, the value's own shortest form, without
   * the noise of binary arithmetic.
   */
  public String shown(long rawBits) {
    byte[] text = new byte[Decimal.MOST_BYTES];
    int end = putShown(rawBits, text, 0);
    if (end >= 0) {
      return new String(text, 0, end, StandardCharsets.US_ASCII);
    }
    if (isWhole) {
      return exact(rawBits);
    }
    double value = physical(rawBits);
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    boolean isWritten = kind.isInteger() && decimals >= 0;
    return words(isWritten ? decimal(new BigDecimal(wholeRaw(rawBits))) : floating(rawBits));
  }

  private BigDecimal decimal(BigDecimal raw) {
    return raw.multiply(written(wholeFactor, factor)).add(written(wholeOffset, offset));
  }

  /** A factor or an offset as it was written down. */
  private static BigDecimal written(@Nullable BigInteger exact, double number) {
    return isWhole(number) ? new BigDecimal(whole(exact, number)) : Decimal.shortest(number);
  }

  private BigDecimal floating(long rawBits) {
    double raw = raw(rawBits);
    if (kind == Kind.FLOAT && (float) raw == raw) {
      return decimal(Decimal.shortest((float) raw)).round(HELD);
    }
    double value = physical(rawBits);
    BigDecimal held = new BigDecimal(value).round(HELD).stripTrailingZeros();
    return held.precision() <= MOST_MEANT_DIGITS ? held : Decimal.shortest(value);
  }

  private static String words(BigDecimal value) {
    BigDecimal least = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    int digits = Math.max(least.precision() - least.scale(), least.scale());
    return digits > MOST_PLAIN_DIGITS ? least.toString() : least.toPlainString();
  }

  /** The nearest double of a 64-bit unsigned number. */
  public static double unsignedToDouble(long raw) {
    if (raw >= 0) {
      return raw;
    }
    // Half of it with the lost bit kept sticky, so that rounding is right, then doubled.
    return (double) ((raw >>> 1) | (raw & 1)) * 2.0;
  }
}
