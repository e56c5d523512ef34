package dev.caravan.agent.signal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
  private static String exact(Scale scale, long rawBits) {
    if (scale.isBeyondDouble(rawBits)) {
      return scale.exact(rawBits);
    }
    byte[] text = new byte[Decimal.MOST_BYTES];
    return new String(text, 0, Decimal.put(scale.physical(rawBits), text, 0), US_ASCII);
  }

  /** By long multiplication. */
  @ParameterizedTest
  @CsvSource({
    "UNSIGNED, -1, 1, 0, 18446744073709551615",
    "UNSIGNED, -1, 2, 0, 36893488147419103230",
    "UNSIGNED, -1, -1, 1, -18446744073709551614",
    "SIGNED, -9223372036854775808, 1, 0, -9223372036854775808",
    "SIGNED, -9223372036854775808, 1, -1, -9223372036854775809",
    "SIGNED, 9007199254740993, 1, 0, 9007199254740993",
    "SIGNED, 9007199254740993, 3, -40, 27021597764222939",
    "SIGNED, 3, 1, 9007199254740992, 9007199254740995",
    "UNSIGNED, 255, 1, 1000000000000000000, 1000000000000000255",
    "UNSIGNED, 255, 1e15, 7, 255000000000000007",
    "UNSIGNED, 9007199254740993, 1, -9007199254740992, 1",
    "UNSIGNED, 100, 1, -40, 60",
    "UNSIGNED, 100, 0, 5, 5",
    "BOOLEAN, 1, 1, 0, 1"
  })
  void wholeNumbersKeepAllTheirDigits(
      Kind kind, long raw, double factor, double offset, String wanted) {
    assertEquals(wanted, exact(new Scale(kind, factor, offset), raw));
    assertEquals(wanted, new Scale(kind, factor, offset).shown(raw));
  }

  @Test
  void wholeFactorsBeyondDoubleAreWhatTheyAre() {
    BigInteger offset = new BigInteger("9007199254740993");
    Scale scale = new Scale(Kind.UNSIGNED, 1, offset.doubleValue(), null, offset);
    assertEquals("9007199254740995", exact(scale, 2));
    Scale large = new Scale(Kind.SIGNED, offset.doubleValue(), 0, offset, null);
    assertEquals("-18014398509481986", large.shown(-2));
    Scale fraction = new Scale(Kind.UNSIGNED, 0.05, offset.doubleValue(), null, offset);
    assertEquals("9007199254740993.05", fraction.shown(1));
  }

  @ParameterizedTest
  @CsvSource({
    "UNSIGNED, 3824, 0.001, 0, 3.8240000000000003",
    "UNSIGNED, 126, 0.1, 0, 12.600000000000001",
    "UNSIGNED, 2765, 0.01, 0, 27.650000000000002",
    "SIGNED, 9007199254740993, 0.5, 0, 4503599627370496"
  })
  void programsGetTheBits(Kind kind, long raw, double factor, double offset, String wanted) {
    assertEquals(wanted, exact(new Scale(kind, factor, offset), raw));
  }

  /** By long multiplication, but for quotients. */
  @ParameterizedTest
  @CsvSource({
    "UNSIGNED, 3824, 0.001, 0, 3.824",
    "UNSIGNED, 1, 0.125, 9223372036854775808, 9223372036854775808.125",
    "UNSIGNED, 3, 9007199254740992, 0.5, 27021597764222976.5",
    "UNSIGNED, 126, 0.1, 0, 12.6",
    "UNSIGNED, 2765, 0.01, 0, 27.65",
    "UNSIGNED, 3800, 0.001, 0, 3.8",
    "UNSIGNED, 3000, 0.001, 0, 3",
    "UNSIGNED, 0, 0.001, 0, 0",
    "SIGNED, 0, -0.1, 0, 0",
    "SIGNED, -1, 0.001, 0, -0.001",
    "SIGNED, -401, 0.1, 40.1, 0",
    "UNSIGNED, 1, 0.1, -40, -39.9",
    "UNSIGNED, 3, 0.1, -273.15, -272.85",
    "UNSIGNED, 1, 0.0009765625, 0, 0.0009765625",
    "UNSIGNED, 4294967295, 0.0001220703125, -200, 524087.9998779296875",
    "UNSIGNED, 1, 0.0000001, 0, 0.0000001",
    "SIGNED, 391234567, 0.0000001, 0, 39.1234567",
    "UNSIGNED, 12345678901234567, 0.001, 0, 12345678901234.567",
    "UNSIGNED, -1, 0.001, 0, 18446744073709551.615",
    "UNSIGNED, 1, 1e-20, 0, 0.00000000000000000001",
    "UNSIGNED, 3, 1e-300, 0, 3E-300",
    "UNSIGNED, 36, 0.2777777777777778, 0, 10",
    "UNSIGNED, 1, 0.3333333333333333, 0, 0.3333333333333333",
    "UNSIGNED, 3, 0.3333333333333333, 0, 1",
    "UNSIGNED, 51, 0.39215686274509803, 0, 20",
    "UNSIGNED, 212, 0.5555555555555556, -17.77777777777778, 100",
    "UNSIGNED, 7, 0.01609344, 0, 0.11265408"
  })
  void peopleGetTheDecimalsThatFactorAndOffsetHave(
      Kind kind, long raw, double factor, double offset, String wanted) {
    assertEquals(wanted, new Scale(kind, factor, offset).shown(raw));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 1, 0, 0.1",
    "0.1, 3.6, 0, 0.36",
    "21.7, 1, -40, -18.3",
    "16777216, 1, 0, 16777216",
    "16777217, 0.001, 0, 16777.216",
    "3.4028235E38, 1, 0, 340282350000000000000000000000000000000",
    "1.4E-45, 1, 0, 1.4E-45",
    "-0.0, 1, 0, 0",
    "NaN, 1, 0, NaN",
    "Infinity, 1, 0, Infinity",
    "-Infinity, 0.1, 0, -Infinity"
  })
  void floatIsShownWithItsOwnDigits(float raw, double factor, double offset, String wanted) {
    long bits = Double.doubleToRawLongBits(raw);
    assertEquals(wanted, new Scale(Kind.FLOAT, factor, offset).shown(bits));
  }

  @ParameterizedTest
  @CsvSource({
    "12.6, 1, 0, 12.6",
    "0.30000000000000004, 1, 0, 0.3",
    "0.1234567890123456, 1, 0, 0.1234567890123456",
    "48.20661694942, 1, 0, 48.20661694942",
    "1E300, 1, 0, 1E+300",
    "1E-300, 1, 0, 1E-300",
    "1E17, 1, 0, 100000000000000000",
    "27.65, 0.2777777777777778, 0, 7.680555555555555"
  })
  void doubleIsShownWithoutTheNoiseOfBinaryArithmetic(
      double raw, double factor, double offset, String wanted) {
    long bits = Double.doubleToRawLongBits(raw);
    assertEquals(wanted, new Scale(Kind.DOUBLE, factor, offset).shown(bits));
  }

  @Test
  void whatIsShownIsTheExactProductForEveryFactorWithFewDecimals() {
    long seed = 20_261_130L;
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      BigDecimal factor = BigDecimal.valueOf(1 + random.nextInt(100_000), random.nextInt(10));
      BigDecimal offset = BigDecimal.valueOf(random.nextInt(2000) - 1000, random.nextInt(6));
      long raw = random.nextLong() >> random.nextInt(64);
      Scale scale = new Scale(Kind.SIGNED, factor.doubleValue(), offset.doubleValue());
      BigDecimal wanted = BigDecimal.valueOf(raw).multiply(factor).add(offset);
      String shown = scale.shown(raw);
      assertEquals(
          0,
          wanted.compareTo(new BigDecimal(shown)),
          () -> "seed " + seed + ": " + raw + " * " + factor + " + " + offset + ": " + shown);
    }
  }
}
