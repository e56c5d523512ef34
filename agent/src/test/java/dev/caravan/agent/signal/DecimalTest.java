package dev.caravan.agent.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTest {
  private static String written(double value) {
    byte[] text = new byte[Decimal.MOST_BYTES];
    return new String(text, 0, Decimal.put(value, text, 0), StandardCharsets.US_ASCII);
  }

  /** As {@code repr} of Python 3 writes them, which is the shortest form, with Java's exponents. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "0.001, 0.001",
    "0.002, 0.002",
    "3.8240000000000003, 3.8240000000000003",
    "-12.600000000000001, -12.600000000000001",
    "0.30000000000000004, 0.30000000000000004",
    "123456789.12345679, 123456789.12345679",
    "4503599627370495.5, 4503599627370495.5",
    "1125899906842624.25, 1125899906842624.2",
    "0.0078125, 0.0078125",
    "0.000001, 0.000001",
    "0.0000019073486328125, 0.0000019073486328125",
    "9.5367431640625E-7, 9.5367431640625E-7",
    "5.684341886080802E-14, 5.684341886080802E-14",
    "1E23, 1.0E23",
    "2E23, 2.0E23",
    "9007199254740993, 9007199254740992",
    "1.8446744073709552E19, 1.8446744073709552E19",
    "2.2250738585072014E-308, 2.2250738585072014E-308",
    "4.9E-324, 4.9E-324",
    "1.7976931348623157E308, 1.7976931348623157E308"
  })
  void numberHasTheFewestDigitsThatReadBack(double value, String wanted) {
    assertEquals(wanted, written(value));
  }

  @Test
  void everyNumberReadsBackAndNoneHasMoreDigitsThanTheRuntimeGives() {
    long seed = 20_261_130L;
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      double scaled = random.nextInt(1 << 20) * 0.001 + random.nextInt(100) - 40;
      double any = Double.longBitsToDouble(random.nextLong());
      double near = Math.scalb(1.0, random.nextInt(80) - 25) * (1 + random.nextInt(3) * 0x1p-52);
      for (double value : new double[] {scaled, any, near, random.nextLong() / 1e7}) {
        if (Double.isFinite(value)) {
          String text = written(value);
          assertEquals(value, Double.parseDouble(text), () -> "seed " + seed + ", " + value);
          assertTrue(
              new BigDecimal(text).stripTrailingZeros().precision()
                  <= new BigDecimal(Double.toString(value)).stripTrailingZeros().precision(),
              () -> text + " for " + value);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.1", "16777216, 16777216", "3.4028235E38, 3.4028235E38", "1.4E-45, 1.4E-45"})
  void floatHasItsOwnFewestDigits(float value, String wanted) {
    assertEquals(0, new BigDecimal(wanted).compareTo(Decimal.shortest(value)));
  }
}
