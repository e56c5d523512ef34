package dev.caravan.agent.decode.vss;

import dev.caravan.agent.signal.Decimal;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A unit of measure: a value in the dimension's first unit = (value + shift) * numerator / denominator. Two numbers and
 * not their quotient, so that thirds convert without error.
 *
 * @param dimension what it measures; units convert only within one
 */
record Unit(String dimension, BigDecimal numerator, BigDecimal denominator, BigDecimal shift) {
  /** Far finer than a double, so that a result is the double nearest to the exact one. */
  private static final MathContext DIGITS = new MathContext(60);

  /** Whether it is the same unit under another name. */
  boolean isSame(Unit other) {
    return dimension.equals(other.dimension)
        && numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator))
            == 0
        && shift.compareTo(other.shift) == 0;
  }

  /** A number that scales values of this unit, as one that scales values of another. */
  double scale(double number, Unit other) {
    return Double.isFinite(number)
        ? decimal(number)
            .multiply(numerator)
            .multiply(other.denominator)
            .divide(denominator.multiply(other.numerator), DIGITS)
            .doubleValue()
        : number;
  }

  /** A value of this unit, as one of another. */
  double value(double number, Unit other) {
    if (!Double.isFinite(number)) {
      return number;
    }
    BigDecimal divisor = denominator.multiply(other.numerator);
    return decimal(number)
        .add(shift)
        .multiply(numerator)
        .multiply(other.denominator)
        .subtract(other.shift.multiply(divisor))
        .divide(divisor, DIGITS)
        .doubleValue();
  }

  /** The number as people write it, 0.1 and not 0.1000000000000000055. */
  private static BigDecimal decimal(double number) {
    return Decimal.shortest(number);
  }
}
