package dev.caravan.agent.decode.vss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitTableTest {
  /** Counts, ways of writing a time, and rates of nothing in particular do not convert. */
  private static final Set<String> NOT_MEASURED = Set.of("", "iso8601", "unit", "stars");

  /** A value in another unit; empty if it does not convert. */
  private static Optional<Double> converted(double value, String from, String to) {
    for (Unit source : UnitTable.find(from)) {
      for (Unit target : UnitTable.find(to)) {
        if (source.dimension().equals(target.dimension())) {
          return Optional.of(source.value(value, target));
        }
      }
    }
    return Optional.empty();
  }

  // From the definitions of the units (SI brochure, 9th edition; NIST SP 811, appendix B).
  @ParameterizedTest
  @CsvSource({
    "36, km/h, m/s, 10",
    "10, m/s, km/h, 36",
    "1, mph, km/h, 1.609344",
    "1, kn, km/h, 1.852",
    "1000, m, km, 1",
    "1, inch, mm, 25.4",
    "1, mile, m, 1609.344",
    "0, degC, K, 273.15",
    "300, K, celsius, 26.85",
    "32, degF, degC, 0",
    "212, °F, Celsius, 100",
    "-40, F, C, -40",
    "1, bar, kPa, 100",
    "1013.25, hPa, kPa, 101.325",
    "1, MPa, bar, 10",
    "1, mPa, Pa, 0.001",
    "3300, mV, V, 3.3",
    "1, kV, V, 1000",
    "250, mA, A, 0.25",
    "1, MW, kW, 1000",
    "1, mW, W, 0.001",
    "1, PS, W, 735.49875",
    "1, kWh, Wh, 1000",
    "3.6, MJ, kWh, 1",
    "3600, As, Ah, 1",
    "180, deg, rad, 3.141592653589793",
    "1, rpm, degrees/s, 6",
    "60, deg/s, 1/min, 10",
    "1, rad/s, rpm, 9.54929658551372",
    "1, g, m/s^2, 9.80665",
    "1, kg, g, 1000",
    "1, min, s, 60",
    "1.5, h, min, 90",
    "0.05, ratio, percent, 5",
    "50, %, ratio, 0.5",
    "1, l/h, ml/s, 0.2777777777777778",
    "1, kg/h, g/s, 0.2777777777777778",
    "1, kΩ, Ohm, 1000",
    "1, MOhm, kOhm, 1000",
    "10, m/s2, m/s^2, 10",
    "5, kWh/100km, Wh/km, 50",
    "1, kN, N, 1000",
    "[km/h], km/h, km/h, 0",
  })
  void valuesConvertToTheNearestDouble(String value, String from, String to, double wanted) {
    if (value.startsWith("[")) {
      assertTrue(UnitTable.find(value).get(0).isSame(UnitTable.find(to).get(0)));
      return;
    }
    assertEquals(Optional.of(wanted), converted(Double.parseDouble(value), from, to));
  }

  @ParameterizedTest
  @CsvSource({
    "degC, °C",
    "C, celsius",
    "℃, Celsius",
    "deg C, celsius",
    "kph, km/h",
    "km/hr, km/h",
    "KPH, km/h",
    "%, percent",
    "rpm, 1/min",
    "U/min, rpm",
    "RPM, rpm",
    "deg, degrees",
    "°, degrees",
    "°/s, degrees/s",
    "Nm, N.m",
    "Volt, V",
    "Amp, A",
    "L/h, l/h",
    "Ω, ohm",
    "S, s",
    "sec, s",
    "m/s², m/s^2"
  })
  void namesOfOneUnitAreTheSame(String one, String other) {
    List<Unit> first = UnitTable.find(one);
    assertFalse(first.isEmpty(), one);
    assertTrue(
        first.stream().anyMatch(unit -> UnitTable.find(other).stream().anyMatch(unit::isSame)));
  }

  @ParameterizedTest
  @CsvSource({"km/h, V", "degC, %", "rpm, km/h", "W, Wh", "A, Ah", "furlong, m", "m, l", "kN, kn"})
  void othersDoNotConvert(String from, String to) {
    assertEquals(Optional.empty(), converted(1, from, to));
  }

  @Test
  void everyMeasuredUnitOfTheCatalogueIsKnown() throws IOException {
    Set<String> unknown = new TreeSet<>();
    for (String line : Files.readAllLines(ReferenceData.require("vss/vss_4.2_leaves.tsv"))) {
      String unit = line.split("\t", -1)[3];
      if (!unit.equals("unit")
          && !NOT_MEASURED.contains(unit)
          && UnitTable.find(unit).isEmpty()) {
        unknown.add(unit);
      }
    }
    assertEquals(Set.of(), unknown);
  }
}
