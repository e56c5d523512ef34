package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Literal answers of service 06, computed by hand from the scalings of SAE J1979, appendix E. */
class MonitorTestsTest {
  private final Obd obd = Obd.shipped();

  @Test
  void monitorTestsAreScaledByWhatTheySay() {
    Map<String, Obd.Value> found =
        obd.positive(0x7E8, "06 01", "46 01 01 0B 0B B0 00 00 13 88 01 85 96 FF 38 80 00 7F FF");
    assertEquals(2992.0, Obd.at(found, "obd0.7E8.Monitor.M01T01.Value").number());
    assertEquals(5000.0, Obd.at(found, "obd0.7E8.Monitor.M01T01.Max").number());
    assertEquals(-20.0, Obd.at(found, "obd0.7E8.Monitor.M01T85.Value").number());
    assertEquals(-3276.8, Obd.at(found, "obd0.7E8.Monitor.M01T85.Min").number());
    assertEquals(
        Map.of(
            "obd0.7E8.Monitor.M01T01.Value", Quality.STALE,
            "obd0.7E8.Monitor.M01T01.Min", Quality.STALE,
            "obd0.7E8.Monitor.M01T01.Max", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Value", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Min", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Max", Quality.STALE),
        obd.qualities(Obd.reply(0x7E8, "06 01", Outcome.SILENCE, "")));
  }

  /** Raw values by hand with the constants of SAE J1979, appendix E; those of binary fractions as python-OBD rounds them. */
  @ParameterizedTest
  @CsvSource({
    "05, 8000, 1.0, ''",
    "06, 0E6A, 1.12545, ''",
    "0A, 0E6A, 450.18, mV",
    "0C, 0100, 2560.0, mV",
    "0D, 0280, 2.5, mA",
    "16, 0000, -40.0, celsius",
    "18, 0064, 1.17, kPa",
    "19, 0064, 7.9, kPa",
    "1E, C000, 1.5, ratio",
    "1F, 0126, 14.7, ratio",
    "20, 0180, 1.5, ratio",
    "26, 0019, 2.5, mV/ms",
    "2A, 2710, 10.0, kg/h",
    "2B, 000C, 12.0, counts",
    "2C, 0064, 1.0, g/cylinder",
    "2D, 0064, 1.0, mg/stroke",
    "2E, 0001, 1.0, ''",
    "30, 7FFF, 50.002442, percent",
    "32, 8000, 1.0, inch",
    "33, 1000, 1.0, ratio",
    "36, 0064, 1.0, g",
    "37, 0064, 10.0, g",
    "38, 0064, 100.0, g",
    "39, 0000, -327.68, percent",
    "39, 8000, 0.0, percent",
    "3A, 0064, 0.1, g",
    "3B, 0064, 0.01, g",
    "3C, 0064, 10.0, us",
    "3D, 0064, 1.0, mA",
    "3E, 4000, 1.0, mm^2",
    "3F, 0064, 1.0, l",
    "40, 0064, 100.0, ppm",
    "41, 0064, 1.0, uA",
    "85, 8000, -1.0, ''",
    "86, FF9C, -0.0305, ''",
    "87, FFFF, -1.0, ppm",
    "8A, FFFF, -0.122, mV",
    "8D, FF00, -1.0, mA",
    "96, FFFF, -0.1, celsius",
    "99, FF9C, -10.0, kPa",
    "9D, FFFE, -1.0, degrees",
    "AD, FF9C, -1.0, mg/stroke",
    "AE, FF9C, -10.0, mg/stroke",
    "B0, 8001, -100.004884, percent",
    "B1, FFFF, -2.0, mV/s",
    "FC, FF9C, -1.0, kPa",
    "FD, FC18, -1.0, kPa",
    "FE, FFFC, -1.0, Pa"
  })
  void monitorTestHasTheValueAndUnitThatItsScalingSays(
      String scaling, String raw, double value, String unit) {
    String payload = "46 21 80 " + scaling + raw + "0000" + raw;
    Map<String, Obd.Value> found = obd.positive(0x7E8, "06 21", payload);
    for (String part : List.of("Value", "Max")) {
      Obd.Value each = Obd.at(found, "obd0.7E8.Monitor.M21T80." + part);
      assertEquals(Quality.OK, each.quality());
      assertEquals(value, each.number(), Math.abs(value) * 1e-12);
    }
    obd.signals.signals().forEach(signal -> assertEquals(unit, signal.spec().unit()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "50", "7F", "80", "9F", "FA", "FF"})
  void monitorTestOfAnUnknownScalingHasNoValueAndNoLimits(String scaling) {
    String unknown = " 21 80 " + scaling + " 0E 6A 00 00 13 88";
    Map<String, Obd.Value> found =
        obd.positive(0x7E8, "06 21", "46" + unknown + " 21 81 0A 0E 6A 00 00 13 88");
    for (String part : List.of("Value", "Min", "Max")) {
      assertEquals(
          new Obd.Value(Quality.UNDECODABLE, 0, "", 0, ""),
          Obd.at(found, "obd0.7E8.Monitor.M21T80." + part));
    }
    assertEquals(450.18, Obd.at(found, "obd0.7E8.Monitor.M21T81.Value").number(), 1e-9);
    assertEquals(1, obd.health.total(Declared.count("decode.undecodable")));
  }

  @Test
  void testsBeyondTheRoomAreLeftOut() {
    Obd full =
        new Obd(new SignalTable(spec -> spec, 6), List.of(0x7E8), Obd.TABLES.resolve("j1979.yaml"));
    for (int test = 0; test < 5; test++) {
      String one = String.format(" 21 %02X 0A 0E 6A 00 00 13 88", test);
      assertEquals(test < 2 ? 3 : 0, full.positive(0x7E8, "06 21", "46" + one).size());
    }
    assertEquals(3, full.health.total(Declared.count("decode.left_out")));
  }
}
