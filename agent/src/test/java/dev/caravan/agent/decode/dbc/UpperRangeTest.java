package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
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
    assertEquals(wanted, UpperRange.quality(Long.decode(raw), bits));
    assertEquals(wanted, range(bits, Kind.UNSIGNED, Map.of()).quality(Long.decode(raw)));
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
    assertEquals(wanted, range(bits, Kind.UNSIGNED, Map.of(raw, label)).quality(raw));
  }

  @Test
  void signedAndFloatingValuesHaveNoUpperRange() {
    assertEquals(Quality.OK, range(8, Kind.SIGNED, Map.of()).quality(-1));
    assertEquals(Quality.OK, range(64, Kind.DOUBLE, Map.of()).quality(-1));
  }

  private static UpperRange range(int bits, Kind kind, Map<Long, String> labels) {
    return UpperRange.of(new DbcSignal(
        "S",
        0,
        bits,
        false,
        kind,
        1,
        0,
        0,
        0,
        "",
        labels,
        false,
        Optional.empty(),
        0,
        List.of(),
        "",
        Map.of(),
        ""));
  }
}
