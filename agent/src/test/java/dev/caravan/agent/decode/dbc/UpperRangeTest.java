package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpperRangeTest {
  // SAE J1939-71, table 1.
  @ParameterizedTest
  @CsvSource({
    "0xFA, 8, OK",
    "0xFB, 8, OUT_OF_RANGE",
    "0xFD, 8, OUT_OF_RANGE",
    "0xFE, 8, ERROR",
    "0xFF, 8, NOT_AVAILABLE",
    "0xFAFF, 16, OK",
    "0xFB00, 16, OUT_OF_RANGE",
    "0xFE00, 16, ERROR",
    "0xFEFF, 16, ERROR",
    "0xFF00, 16, NOT_AVAILABLE",
    "0xFAFFFFFF, 32, OK",
    "0xFE000000, 32, ERROR",
    "0xFFFFFFFF, 32, NOT_AVAILABLE",
    "0x3, 2, NOT_AVAILABLE",
    "0x2, 2, ERROR",
    "0x1, 2, OK",
    "0xF, 4, NOT_AVAILABLE",
    "0xE, 4, ERROR",
    "0xD, 4, OK",
    "0x7, 3, NOT_AVAILABLE",
    "0x6, 3, OK",
    "0x1, 1, OK",
    "0xFAFFFF, 24, OK",
    "0xFB0000, 24, OUT_OF_RANGE",
    "0xFE1234, 24, ERROR",
    "0xFFFFFF, 24, NOT_AVAILABLE",
    "0xFFFFFFFFFFFE, 48, OK",
    "0xFFFFFFFFFFFF, 48, NOT_AVAILABLE",
    "0x7FFFFFFFFFFFFFFF, 64, OK",
    "-1, 64, NOT_AVAILABLE",
    "-2, 64, OK"
  })
  void upperRangeSaysWhetherThereIsAValue(String raw, int bits, Quality wanted) {
    assertEquals(wanted, j1939(signal(bits, Kind.UNSIGNED, Map.of()), Long.decode(raw)));
  }

  // What DBC files write beside the values that the standard has no state for.
  @ParameterizedTest
  @CsvSource({
    "3, 2, Not available, NOT_AVAILABLE",
    "3, 2, n/a, NOT_AVAILABLE",
    "3, 2, SNA, NOT_AVAILABLE",
    "3, 2, Don't care / take no action, NOT_AVAILABLE",
    "3, 2, NotAvailable, NOT_AVAILABLE",
    "3, 2, Speed/torque limit control, OK",
    "2, 2, Error, ERROR",
    "2, 2, Sensor fault, ERROR",
    "2, 2, Reserved, ERROR",
    "2, 2, Torque control, OK",
    "14, 4, Reverse, OK",
    "15, 4, Not available, NOT_AVAILABLE",
    "251, 8, Park, OK",
    "252, 8, Reserved, OUT_OF_RANGE",
    "255, 8, Sniffed, OK"
  })
  void labelOfAStateOverrulesTheRange(long raw, int bits, String label, Quality wanted) {
    assertEquals(wanted, j1939(signal(bits, Kind.UNSIGNED, Map.of(raw, label)), raw));
  }

  @Test
  void signedAndFloatingValuesHaveNoUpperRange() {
    assertEquals(Quality.OK, j1939(signal(8, Kind.SIGNED, Map.of()), -1));
    assertEquals(Quality.OK, j1939(signal(64, Kind.DOUBLE, Map.of()), -1));
  }

  // Limits are physical, raw * factor + offset.
  @ParameterizedTest
  @CsvSource({
    "251, 8, 1, 0, 0, 255, OK",
    "253, 8, 1, 0, 0, 255, OK",
    "251, 8, 1, 0, 0, 250, OUT_OF_RANGE",
    "252, 8, 1, 0, 0, 251, OUT_OF_RANGE",
    "251, 8, 1, 0, 0, 250.5, OUT_OF_RANGE",
    "251, 8, 1, 0, NaN, NaN, OUT_OF_RANGE", // [0|0]: none are stated
    "254, 8, 1, 0, 0, 255, ERROR", // its codes keep their meaning
    "255, 8, 1, 0, 0, 255, NOT_AVAILABLE",
    "251, 8, 0.4, 0, 0, 100.4, OK", // 251 * 0.4 is 100.4 and a little
    "251, 8, 0.4, 0, 0, 100, OUT_OF_RANGE",
    "251, 8, 1, -40, -40, 215, OK",
    "251, 8, 1, -40, -40, 210, OUT_OF_RANGE",
    "251, 8, -1, 255, 0, 255, OK", // 4
    "251, 8, -1, 250, 0, 250, OUT_OF_RANGE", // -1
    "0xFB00, 16, 0.125, 0, 0, 8191.875, OK",
    "0xFDFF, 16, 0.00390625, 0, 0, 253.996, OK", // 253.99609375, the limit is rounded
    "0xFB00, 16, 0.00390625, 0, 0, 250.996, OUT_OF_RANGE",
    "0xFE00, 16, 0.125, 0, 0, 8191.875, ERROR",
    "0xFB000000, 32, 1, 0, 0, 4294967295, OK",
    "0xFB000000, 32, 1, 0, 0, 4211081215, OUT_OF_RANGE",
    "0xFF000000, 32, 1, 0, 0, 4294967295, NOT_AVAILABLE",
    "3, 2, 1, 0, 0, 3, NOT_AVAILABLE",
    "14, 4, 1, 0, 0, 15, ERROR"
  })
  void reservedValueWithinTheLimitsOfTheFileIsOne(
      String raw, int bits, double factor, double offset, double min, double max, Quality wanted) {
    DbcSignal signal = signal(bits, Kind.UNSIGNED, factor, offset, min, max, Map.of());
    assertEquals(wanted, j1939(signal, Long.decode(raw)));
  }

  // By what is known of the standard in public: three from eight bits on, two from four, one from
  // two.
  @ParameterizedTest
  @CsvSource({
    "0x3, 2, UNSIGNED, NOT_AVAILABLE",
    "0x2, 2, UNSIGNED, OK", // J1939 has an error here
    "0x7, 3, UNSIGNED, NOT_AVAILABLE",
    "0x6, 3, UNSIGNED, OK",
    "0xF, 4, UNSIGNED, NOT_AVAILABLE",
    "0xE, 4, UNSIGNED, ERROR",
    "0xD, 4, UNSIGNED, OK",
    "0x1F, 5, UNSIGNED, NOT_AVAILABLE",
    "0xFF, 8, UNSIGNED, NOT_AVAILABLE",
    "0xFE, 8, UNSIGNED, ERROR",
    "0xFD, 8, UNSIGNED, OUT_OF_RANGE",
    "0xFC, 8, UNSIGNED, OK",
    "0xFFFF, 16, UNSIGNED, NOT_AVAILABLE",
    "0xFFFE, 16, UNSIGNED, ERROR",
    "0xFFFD, 16, UNSIGNED, OUT_OF_RANGE",
    "0xFFFC, 16, UNSIGNED, OK", // 65532, the last number
    "0xFB00, 16, UNSIGNED, OK", // J1939 has a range here
    "0xFFFFFFFF, 32, UNSIGNED, NOT_AVAILABLE",
    "0xFE000000, 32, UNSIGNED, OK",
    "-1, 64, UNSIGNED, NOT_AVAILABLE",
    "-2, 64, UNSIGNED, ERROR",
    "-3, 64, UNSIGNED, OUT_OF_RANGE",
    "-4, 64, UNSIGNED, OK",
    "0, 64, UNSIGNED, OK",
    "127, 8, SIGNED, NOT_AVAILABLE",
    "126, 8, SIGNED, ERROR",
    "125, 8, SIGNED, OUT_OF_RANGE",
    "124, 8, SIGNED, OK",
    "-1, 8, SIGNED, OK",
    "-128, 8, SIGNED, OK",
    "0x7FFF, 16, SIGNED, NOT_AVAILABLE",
    "0x7FFE, 16, SIGNED, ERROR",
    "-1, 16, SIGNED, OK",
    "0x7FFFFFFF, 32, SIGNED, NOT_AVAILABLE",
    "0x7FFFFFFFFFFFFFFF, 64, SIGNED, NOT_AVAILABLE",
    "0x7FFFFFFFFFFFFFFE, 64, SIGNED, ERROR",
    "-1, 64, SIGNED, OK",
    "1, 1, UNSIGNED, OK",
    "0x7FF8000000000000, 64, DOUBLE, OK"
  })
  void nmea2000HasOtherRangesThanJ1939(String raw, int bits, Kind kind, Quality wanted) {
    assertEquals(wanted, nmea2000(signal(bits, kind, Map.of()), Long.decode(raw)));
  }

  @ParameterizedTest
  @CsvSource({
    "15, 4, Integrity warning, OK",
    "15, 4, Not available, NOT_AVAILABLE",
    "3, 2, Unavailable, NOT_AVAILABLE",
    "3, 2, Caution, OK",
    "254, 8, Error, ERROR",
    "253, 8, Sailing, OK"
  })
  void labelOfAStateOverrulesTheRangeOfNmea2000(long raw, int bits, String label, Quality wanted) {
    assertEquals(wanted, nmea2000(signal(bits, Kind.UNSIGNED, Map.of(raw, label)), raw));
  }

  @Test
  void reservedValueWithinTheLimitsIsOneOnNmea2000Too() {
    DbcSignal signal = signal(8, Kind.UNSIGNED, 1, 0, 0, 255, Map.of());
    assertEquals(Quality.OK, nmea2000(signal, 253));
    assertEquals(Quality.ERROR, nmea2000(signal, 254));
    DbcSignal narrow = signal(8, Kind.UNSIGNED, 1, 0, 0, 252, Map.of());
    assertEquals(Quality.OUT_OF_RANGE, nmea2000(narrow, 253));
  }

  private static Quality j1939(DbcSignal signal, long raw) {
    return UpperRange.ofJ1939(signal).map(range -> range.quality(raw)).orElse(Quality.OK);
  }

  private static Quality nmea2000(DbcSignal signal, long raw) {
    return UpperRange.ofNmea2000(signal).map(range -> range.quality(raw)).orElse(Quality.OK);
  }

  private static DbcSignal signal(int bits, Kind kind, Map<Long, String> labels) {
    return signal(bits, kind, 1, 0, Double.NaN, Double.NaN, labels);
  }

  private static DbcSignal signal(
      int bits,
      Kind kind,
      double factor,
      double offset,
      double min,
      double max,
      Map<Long, String> labels) {
    return new DbcSignal(
        "S",
        0,
        bits,
        false,
        kind,
        new Scale(kind, factor, offset),
        min,
        max,
        "",
        labels,
        false,
        Optional.empty(),
        0,
        List.of(),
        "",
        Map.of(),
        List.of(),
        "");
  }
}
